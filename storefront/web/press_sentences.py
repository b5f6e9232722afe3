"""A sentence for each rule of the press check: what was measured, and what is wrong with it where it warns."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.pinart.findings import Check, Rule
from storefront.web.formats import decimal


def colours(check: Check) -> str:
    return ngettext("%(num)s colour", "%(num)s colours", check.count)


def separate_cells(check: Check) -> str:
    return ngettext("%(num)s separate cell", "%(num)s separate cells", check.count)


def _width(value: float) -> str:
    return decimal(value, "0.00")


def _thinnest(check: Check) -> str:
    if check.at_least:
        return _("No metal line is thinner than %(value)s mm. The limit is %(limit)s.", **_figures(check))
    return _("Thinnest metal line %(value)s mm. The limit is %(limit)s.", **_figures(check))


def _narrowest(check: Check) -> str:
    if check.at_least:
        return _("No cell is narrower than %(value)s mm. The limit is %(limit)s.", **_figures(check))
    return _("Narrowest cell %(value)s mm. The limit is %(limit)s.", **_figures(check))


def _smallest_gap(check: Check) -> str:
    if check.at_least:
        return _("No gap in the metal is narrower than %(value)s mm. The limit is %(limit)s.", **_figures(check))
    return _("Smallest gap in the metal %(value)s mm. The limit is %(limit)s.", **_figures(check))


def _holes(check: Check) -> str:
    if not check.count:
        return _("No holes.")
    return ngettext("%(num)s hole.", "%(num)s holes.", check.count)


def _smallest_hole(check: Check) -> str:
    return _("No hole is too small to be cut. The limit is %(limit)s mm.", limit=decimal(check.limit))


def _figures(check: Check) -> dict[str, str]:
    return {"value": _width(check.value), "limit": _width(check.limit)}


def _plain_figures(check: Check) -> dict[str, str]:
    return {"value": decimal(check.value), "limit": decimal(check.limit)}


GOOD: dict[Rule, Callable[[Check], str]] = {
    Rule.LINE: _thinnest,
    Rule.CELL: _narrowest,
    Rule.GAP: _smallest_gap,
    Rule.PARTS: lambda _check: _("It hangs together: no loose parts."),
    Rule.HOLES: _holes,
    Rule.HOLE: _smallest_hole,
    Rule.COLOURS: lambda check: f"{colours(check)}.",
    Rule.CELLS: lambda check: f"{separate_cells(check)}.",
    Rule.CROWDING: lambda check: _(
        "%(value)s cells on a square centimetre. Up to %(limit)s stay clear.", **_plain_figures(check)
    ),
    Rule.KEPT: lambda check: _(
        "Between the lines every colour keeps at least %(value)s%% of its area.", **_plain_figures(check)
    ),
    Rule.COVERAGE: lambda check: _("Enamel covers %(value)s%% of the face.", **_plain_figures(check)),
    Rule.BALANCE: lambda _check: _("It hangs quietly on its posts."),
    Rule.LONGEST: lambda check: _("Longest side %(value)s mm. The limit is %(limit)s.", **_plain_figures(check)),
    Rule.SHORTEST: lambda check: _("Shortest side %(value)s mm. The limit is %(limit)s.", **_plain_figures(check)),
}

BAD: dict[Rule, Callable[[Check, str], str]] = {
    Rule.LINE: lambda check, _names: ngettext(
        "%(num)s metal line is only %(value)s mm thick and would not survive polishing.",
        "%(num)s metal lines are too thin to survive polishing, the thinnest %(value)s mm.",
        check.count,
        **_figures(check),
    ),
    Rule.CELL: lambda check, names: ngettext(
        "%(num)s cell (%(names)s) is only %(value)s mm wide. It will close up.",
        "%(num)s cells (%(names)s) are too narrow, down to %(value)s mm. They will close up.",
        check.count,
        names=names,
        **_figures(check),
    ),
    Rule.GAP: lambda check, _names: ngettext(
        "%(num)s gap between parts of the metal is only %(value)s mm wide. It will close.",
        "%(num)s gaps between parts of the metal are too narrow, down to %(value)s mm. They will close.",
        check.count,
        **_figures(check),
    ),
    Rule.PARTS: lambda check, _names: ngettext(
        "%(num)s part is loose: nothing joins it to the rest.",
        "%(num)s parts are loose: nothing joins them to the rest.",
        check.count,
    ),
    Rule.HOLES: lambda check, _names: _(
        "%(value)s holes; more than %(limit)s are too many punches.", **_plain_figures(check)
    ),
    Rule.HOLE: lambda check, _names: ngettext(
        "%(num)s hole is only %(value)s mm across and can’t be cut: %(limit)s mm can.",
        "%(num)s holes are too small to be cut, down to %(value)s mm across: %(limit)s mm can.",
        check.count,
        value=_width(check.value),
        limit=decimal(check.limit),
    ),
    Rule.COLOURS: lambda check, _names: _(
        "%(value)s colours; more than %(limit)s are too many fillings.", **_plain_figures(check)
    ),
    Rule.CELLS: lambda check, _names: _(
        "%(value)s separate cells; more than %(limit)s are too many to fill by hand.", **_plain_figures(check)
    ),
    Rule.CROWDING: lambda check, _names: _(
        "%(value)s cells crowd a square centimetre; up to %(limit)s stay clear.", **_plain_figures(check)
    ),
    Rule.KEPT: lambda check, names: _(
        "The lines leave %(names)s as little as %(value)s%% of what was drawn; below %(limit)s%% it shows.",
        names=names,
        **_plain_figures(check),
    ),
    Rule.COVERAGE: lambda check, _names: _(
        "Enamel covers only %(value)s%% of the face; from %(limit)s%% on it is an enamel pin.", **_plain_figures(check)
    ),
    Rule.BALANCE: lambda check, _names: _(
        "Its weight lies off its posts by %(value)s%% of its length; with more than %(limit)s%% it turns or tips.",
        **_plain_figures(check),
    ),
    Rule.LONGEST: lambda check, _names: _(
        "Longest side %(value)s mm: beyond %(limit)s two posts don’t hold it.", **_plain_figures(check)
    ),
    Rule.SHORTEST: lambda check, _names: _(
        "Shortest side %(value)s mm: below %(limit)s the clutch looks out behind it.", **_plain_figures(check)
    ),
}
