"""Limits: what a maker of enamel pins can strike, fill and cut. Where each figure comes from: web/press_sources.py."""

import re
from dataclasses import dataclass, replace

_SENSIBLE = {
    "line": (0.02, 5), "cell": (0.02, 5), "gap": (0.02, 5), "hole": (0.1, 20), "holes": (0, 1_000), "colours": (1, 100),
    "cells": (1, 10_000), "crowding": (0.1, 1_000), "kept": (0, 100), "coverage": (0, 100), "balance": (0, 100),
    "longest": (10, 200), "shortest": (1, 100),
}  # fmt: skip
_COUNTS = ("holes", "colours", "cells")


class NoLimits(ValueError):
    """The text names no limits, and says why."""


@dataclass(frozen=True)
class Limits:
    """Millimetres unless said otherwise. Makers differ; whoever has one of their own passes its figures instead."""

    line: float = 0.15
    """Thinner metal does not survive striking and polishing."""

    cell: float = 0.30
    """Narrower cells close up when enamel is filled and baked."""

    gap: float = 0.50
    """Narrower air between two parts of the metal fills with burr and plating."""

    hole: float = 1.2
    """Narrower holes can't be cut cleanly."""

    holes: int = 12
    """How many."""

    colours: int = 8
    """How many."""

    cells: int = 150
    """How many."""

    crowding: float = 15.0
    """Cells on a square centimetre."""

    kept: float = 80.0
    """Per cent of a colour's drawn area that must remain between the lines of metal."""

    coverage: float = 20.0
    """Per cent of the face that must be enamel."""

    balance: float = 10.0
    """How far the weight may lie from above the posts, in per cent of the longest side."""

    longest: float = 55.0
    """Larger pieces need more than the two posts our backs have."""

    shortest: float = 10.0
    """A clutch must not look out behind the piece."""

    source: str = ""
    """Where the figures that differ from these come from, in the words of whoever set them."""

    def source_of(self, rule: str) -> str:
        """Whoever set the rule's figure says where it comes from; nothing where it is one of ours."""
        return self.source if rule in _SENSIBLE and getattr(self, rule) != getattr(PUBLISHED, rule) else ""


PUBLISHED = Limits()


def read_limits(figures: str, source: str) -> Limits:
    """Limits from text like "line=0.2 cell=0.35", and where those figures come from. Raises NoLimits."""
    found: dict[str, float] = {}
    for word in figures.replace(",", " ").split():
        name, equals, value = word.partition("=")
        if not equals or name not in _SENSIBLE:
            raise NoLimits(f"{word!r} should be like line=0.2, with one of {', '.join(_SENSIBLE)}.")
        if name in found:
            raise NoLimits(f"{name} is set twice.")
        found[name] = _figure(name, value)
    if bool(found) != bool(source.strip()):
        raise NoLimits("the figures and where they come from are set together: artists read both.")
    limits = replace(PUBLISHED, source=source.strip(), **found)  # type: ignore[arg-type]  # counts are whole by now
    if limits.shortest >= limits.longest:
        raise NoLimits(f"the shortest side, {limits.shortest:g}, must be less than the longest, {limits.longest:g}.")
    return limits


def _figure(name: str, value: str) -> float:
    low, high = _SENSIBLE[name]
    kind, pattern = ("a whole number", r"\d{1,6}") if name in _COUNTS else ("a number", r"\d{1,6}(\.\d{1,4})?")
    if not re.fullmatch(pattern, value) or not low <= float(value) <= high:
        raise NoLimits(f"{name}={value} should be {kind} from {low:g} to {high:g}.")
    return int(value) if name in _COUNTS else float(value)
