"""Where the limits of the press check come from, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from storefront.pinart.findings import Check, Rule
from storefront.web.formats import decimal


@dataclass(frozen=True)
class Source:
    """A rule's limit, and where it comes from."""

    name: str
    limit: str
    words: str


def sources(checks: Iterable[Check]) -> tuple[Source, ...]:
    return tuple(Source(*_told(check), source(check)) for check in checks)


def source(check: Check) -> str:
    """What whoever runs the shop says of a figure of their own; else where ours comes from."""
    return check.source or _OURS[check.name]()


def _told(check: Check) -> tuple[str, str]:
    name, limit = _NAMES[check.name]
    return name(), limit(decimal(check.limit))


def _millimetres(figure: str) -> str:
    return _("%(figure)s mm at least", figure=figure)


def _at_most(figure: str) -> str:
    return _("%(figure)s at most", figure=figure)


def _per_cent_at_least(figure: str) -> str:
    return _("%(figure)s%% at least", figure=figure)


_NAMES: dict[Rule, tuple[Callable[[], str], Callable[[str], str]]] = {
    Rule.LINE: (lambda: _("Metal lines"), _millimetres),
    Rule.CELL: (lambda: _("Cells"), _millimetres),
    Rule.GAP: (lambda: _("Gaps in the metal"), _millimetres),
    Rule.PARTS: (lambda: _("Parts"), lambda _figure: _("no loose ones")),
    Rule.HOLES: (lambda: _("Holes"), _at_most),
    Rule.HOLE: (lambda: _("Width of a hole"), _millimetres),
    Rule.COLOURS: (lambda: _("Colours"), _at_most),
    Rule.CELLS: (lambda: _("Separate cells"), _at_most),
    Rule.CROWDING: (
        lambda: _("Crowding"),
        lambda figure: _("%(figure)s cells on a square centimetre at most", figure=figure),
    ),
    Rule.KEPT: (lambda: _("What lines leave of a colour"), _per_cent_at_least),
    Rule.COVERAGE: (lambda: _("Enamel on the face"), _per_cent_at_least),
    Rule.BALANCE: (
        lambda: _("Weight off the posts"),
        lambda figure: _("%(figure)s%% of the length at most", figure=figure),
    ),
    Rule.LONGEST: (lambda: _("Longest side"), lambda figure: _("%(figure)s mm at most", figure=figure)),
    Rule.SHORTEST: (lambda: _("Shortest side"), _millimetres),
}

_OURS: dict[Rule, Callable[[], str]] = {
    Rule.LINE: lambda: _("The least that makers ask: their published guidelines lie between 0.15 and 0.3 mm."),
    Rule.CELL: lambda: _(
        "Our choice: twice the thinnest line, and as wide as a fine needle for filling (30 gauge: 0.31 mm)."
    ),
    Rule.GAP: lambda: _(
        "Our choice: wider than a cell, since a cutter has to pass; less than a hole, open to one side."
    ),
    Rule.PARTS: lambda: _("What nothing holds falls off."),
    Rule.HOLES: lambda: _("Our choice: every hole is a punch of its own in the cutting tool."),
    Rule.HOLE: lambda: _("“Usually around 1.2 mm”, says the guide to designing badges of enamelbadges.com."),
    Rule.COLOURS: lambda: _("Our choice: every colour is a round of filling, and usually a step in price."),
    Rule.CELLS: lambda: _("Our choice: every cell is filled by hand."),
    Rule.CROWDING: lambda: _("Our choice: with more, a cell is on average smaller than 2.6 by 2.6 mm."),
    Rule.KEPT: lambda: _("Our choice: with less, a piece does not show the colours that were drawn."),
    Rule.COVERAGE: lambda: _("Our choice: with less it is a metal pin, and struck without enamel."),
    Rule.BALANCE: lambda: _("Our choice: a clutch’s friction holds about that much before a pin turns or tips."),
    Rule.LONGEST: lambda: _("Larger ones need more than two posts: from 2.15 inches on, says a maker of hat pins."),
    Rule.SHORTEST: lambda: _("A clutch is about 10 mm across (justbadges.com.au), and must not look out behind it."),
}
