"""Limits: what a maker of enamel pins can strike, fill and cut, each figure with where it comes from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Millimetres unless said otherwise. Makers differ; whoever has one of their own passes its figures instead."""

    line: float = 0.15
    """Thinner metal does not survive striking and polishing. The least that makers ask: their published guidelines lie
    between 0.15 and 0.3."""

    cell: float = 0.30
    """Narrower cells close up when enamel is filled and baked. Our choice: twice the thinnest line, and about as wide as
    a fine needle for filling is across (30 gauge: 0.31 mm)."""

    gap: float = 0.50
    """Narrower air between two parts of the metal fills with burr and plating. Our choice: wider than a cell, since a
    cutter has to pass, and well below what is asked of a hole, since it can come in from the side."""

    hole: float = 1.2
    """Narrower holes can't be cut cleanly: "usually around 1.2 mm", says enamelbadges.com's guide to designing badges."""

    holes: int = 12
    """How many. Our choice: every hole is a punch of its own in the cutting tool."""

    colours: int = 8
    """How many. Our choice: every colour is a round of filling and usually a step in price."""

    cells: int = 150
    """How many. Our choice: every cell is filled by hand."""

    crowding: float = 15.0
    """Cells on a square centimetre. Our choice: with more, a cell is on average smaller than 2.6 by 2.6 mm."""

    kept: float = 80.0
    """Per cent of a colour's drawn area that must remain between the lines of metal. Our choice: with less, a piece does
    not show the colours that were drawn."""

    coverage: float = 20.0
    """Per cent of the face that must be enamel. Our choice: with less it is a metal pin, and struck without enamel."""

    balance: float = 10.0
    """How far the weight may lie from above the posts, in per cent of the longest side. Our choice: a clutch's friction
    holds about that much before a pin turns or tips."""

    longest: float = 55.0
    """Larger pieces need more than the two posts our backs have: 2.15 inches, says one maker of hat pins."""

    shortest: float = 10.0
    """A clutch is about 10 mm across (justbadges.com.au) and must not look out behind the piece."""
