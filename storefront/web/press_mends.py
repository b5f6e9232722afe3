"""What would mend a finding of the press check, in words."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.pinart.findings import Check, Rule


def mend(check: Check) -> str:
    """Another size where one helps, and what else could be done to the drawing."""
    size = f"{check.mend_millimetres:g}" if check.mend_millimetres else ""
    if check.name is Rule.LONGEST:
        return _("Make the pin %(size)s mm.", size=size)
    redraw = _REDRAW[check.name](check.count)
    if not size:
        return f"{redraw[:1].upper()}{redraw[1:]}."
    return _("Make the pin %(size)s mm, or %(redraw)s.", size=size, redraw=redraw)


_REDRAW: dict[Rule, Callable[[int], str]] = {
    Rule.LINE: lambda count: ngettext("widen this line", "widen these %(num)s lines", count),
    Rule.CELL: lambda count: ngettext(
        "widen this cell, or join it with another", "widen these %(num)s cells, or join them with others", count
    ),
    Rule.GAP: lambda count: ngettext("widen this gap, or fill it", "widen these %(num)s gaps, or fill them", count),
    Rule.PARTS: lambda count: ngettext(
        "join it to the pin, or leave it out", "join them to the pin, or leave them out", count
    ),
    Rule.HOLES: lambda _count: _("fill some of them"),
    Rule.HOLE: lambda count: ngettext("widen this hole, or fill it", "widen these %(num)s holes, or fill them", count),
    Rule.COLOURS: lambda _count: _("merge those that are most alike"),
    Rule.CELLS: lambda _count: _("join cells, or leave some out"),
    Rule.CROWDING: lambda _count: _("join cells, or leave some out"),
    Rule.KEPT: lambda _count: _("draw these shapes larger, or fewer of them"),
    Rule.COVERAGE: lambda _count: _("let colour take the place of bare metal"),
    Rule.BALANCE: lambda _count: _("draw more on the lighter side, or less on the heavier one"),
    Rule.SHORTEST: lambda _count: _("draw it less slender"),
}
