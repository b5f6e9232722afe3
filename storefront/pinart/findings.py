"""Findings: what a press check found, as figures; whoever shows them finds the words.

Nothing here loads what drawing needs, so that a web process can speak of findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from storefront.pinart.limits import Limits
    from storefront.pinart.marks import Mark

Verdict = Literal["pass", "warn"]


class Rule(StrEnum):
    LINE = "line"
    CELL = "cell"
    GAP = "gap"
    PARTS = "parts"
    HOLES = "holes"
    HOLE = "hole"
    COLOURS = "colours"
    CELLS = "cells"
    CROWDING = "crowding"
    KEPT = "kept"
    COVERAGE = "coverage"
    BALANCE = "balance"
    LONGEST = "longest"
    SHORTEST = "shortest"


@dataclass(frozen=True)
class Check:
    """One rule and how the piece stands to it; `mend_millimetres` is the size at which it would pass, if any does."""

    name: Rule
    value: float
    limit: float
    unit: str
    """"mm", "%", "per cm²", or nothing for a count."""
    verdict: Verdict
    regions: tuple[int, ...] = ()
    at_least: bool = False
    """Whether the value is only known to be that or more: nobody needs to know how much more."""
    count: int = 0
    """How many lines, cells, gaps, parts, holes or colours are concerned."""
    mend_millimetres: float | None = None
    source: str = ""
    """Where the limit comes from, where it is not one of ours."""
    marks: tuple[Mark, ...] = field(default=(), repr=False, compare=False)


def verdict(*, passes: bool) -> Verdict:
    return "pass" if passes else "warn"


def mending_size(millimetres: float, factor: float, limits: Limits) -> float | None:
    """The whole millimetres that are `factor` times as many at least; None where no piece may be so large."""
    size = ceil(round(millimetres * factor, 6))
    return float(size) if size <= limits.longest else None


@dataclass(frozen=True)
class Alike:
    """Two enamels, and how different they are (0 the same, 1 black and white)."""

    one: int
    other: int
    difference: float

    def as_json(self) -> dict[str, Any]:  # Any: the values of JSON
        return {"regions": [self.one, self.other], "difference": self.difference}


@dataclass(frozen=True)
class Findings:
    """What can be told in words, also by who has it from elsewhere as JSON."""

    millimetres: float
    sides: tuple[float, float]
    """Width and height of the finished piece in millimetres."""
    checks: tuple[Check, ...]
    alike: tuple[Alike, ...]
    """Neighbouring colours that only the metal between them tells apart."""

    @property
    def warnings(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.verdict == "warn")

    def check(self, rule: Rule) -> Check:
        return next(check for check in self.checks if check.name == rule)

    def as_json(self) -> dict[str, Any]:  # Any: the values of JSON
        return {
            "millimetres": self.millimetres,
            "width": round(self.sides[0], 2),
            "height": round(self.sides[1], 2),
            "verdict": verdict(passes=not self.warnings),
            "checks": [_as_json(check) for check in self.checks],
            "alike": [pair.as_json() for pair in self.alike],
        }


def read_findings(told: Mapping[str, Any]) -> Findings:  # Any: the values of JSON
    return Findings(
        told["millimetres"],
        (told["width"], told["height"]),
        tuple(
            Check(**{**check, "name": Rule(check["name"]), "regions": tuple(check["regions"])})
            for check in told["checks"]
        ),
        tuple(Alike(pair["regions"][0], pair["regions"][1], pair["difference"]) for pair in told["alike"]),
    )


def _as_json(check: Check) -> dict[str, Any]:  # Any: the values of JSON
    return {
        "name": check.name.value,
        "value": check.value,
        "limit": check.limit,
        "unit": check.unit,
        "at_least": check.at_least,
        "verdict": check.verdict,
        "regions": list(check.regions),
        "count": check.count,
        "mend_millimetres": check.mend_millimetres,
        "source": check.source,
    }
