"""The press check in words: a sentence for each rule, and an answer to each of an artist's three questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.pinart.findings import Check, Findings, Rule
from storefront.web.formats import comma_list, decimal
from storefront.web.press_mends import mend
from storefront.web.press_sentences import BAD, GOOD, colours, separate_cells

TOO_FINE = (Rule.LINE, Rule.GAP, Rule.PARTS, Rule.HOLES, Rule.HOLE)
TOO_MUCH = (Rule.CELL, Rule.CELLS, Rule.CROWDING, Rule.COLOURS, Rule.KEPT)


@dataclass(frozen=True)
class Said:
    """One line of the report; `rules` are those it speaks of, for marking them on the picture."""

    passes: bool
    words: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Answer:
    """`short` is the answer, `words` its reason."""

    question: str
    short: str
    words: str


def lines(findings: Findings, names: Sequence[str]) -> tuple[Said, ...]:
    """What warns comes first. `names` are the colours', region 1 first."""
    counted = [findings.check(rule) for rule in (Rule.COLOURS, Rule.CELLS)]
    without_holes = not findings.check(Rule.HOLES).count
    single = [
        check
        for check in findings.checks
        if check.verdict == "warn" or not (check in counted or (without_holes and check.name is Rule.HOLE))
    ]
    said = [Said(check.verdict == "pass", sentence(check, names), (check.name,)) for check in single]
    if all(check.verdict == "pass" for check in counted):
        said.insert(0, Said(passes=True, words=_counted(*counted), rules=(Rule.COLOURS, Rule.CELLS)))
    return tuple(sorted(said, key=lambda line: line.passes))


def sentence(check: Check, names: Sequence[str]) -> str:
    """What was measured, and where it falls short, what would mend it."""
    if check.verdict == "pass":
        return GOOD[check.name](check)
    return f"{_wrong(check, names)} {mend(check)}"


def answers(findings: Findings, names: Sequence[str]) -> tuple[Answer, Answer, Answer]:
    return (
        Answer(_("Are the lines simple enough?"), *_simple_enough(findings, names)),
        Answer(_("Is it too crowded?"), *_crowded(findings, names)),
        Answer(_("Where does the metal line help?"), *_helpful_lines(findings, names)),
    )


def listed(words: Iterable[str]) -> str:
    """As in: Jade, Fern and Clay."""
    found = list(words)
    if len(found) < 2:  # noqa: PLR2004 (one word is no list)
        return "".join(found)
    return _("%(some)s and %(last)s", some=comma_list(found[:-1]), last=found[-1])


def _wrong(check: Check, names: Sequence[str]) -> str:
    concerned = listed(names[region - 1] for region in check.regions if 0 < region <= len(names))
    return BAD[check.name](check, concerned)


def _simple_enough(findings: Findings, names: Sequence[str]) -> tuple[str, str]:
    wrong = _warned(findings, TOO_FINE, names)
    if wrong:
        return _("Not yet."), wrong
    size = decimal(findings.millimetres)
    return _("Yes."), _("At %(size)s mm every line, gap and hole can be struck and cut.", size=size)


def _crowded(findings: Findings, names: Sequence[str]) -> tuple[str, str]:
    wrong = _warned(findings, TOO_MUCH, names)
    if wrong:
        return _("Yes, in places."), wrong
    cells, crowding = findings.check(Rule.CELLS).count, findings.check(Rule.CROWDING).value
    return _("No."), ngettext(
        "Its one cell has room enough.",
        "Its %(num)s cells, %(crowding)s on a square centimetre, leave room to fill each.",
        cells,
        crowding=decimal(crowding),
    )


def _warned(findings: Findings, rules: tuple[Rule, ...], names: Sequence[str]) -> str:
    """What is wrong; what would mend it stands with the checks."""
    return " ".join(_wrong(check, names) for check in findings.warnings if check.name in rules)


def _helpful_lines(findings: Findings, names: Sequence[str]) -> tuple[str, str]:
    """Where colours are too alike to part by themselves; and where lines leave no room for what is between them."""
    pairs = [
        _("%(one)s and %(other)s", one=names[pair.one - 1], other=names[pair.other - 1]) for pair in findings.alike
    ]
    if pairs:
        where = _("Between %(pairs)s.", pairs="; ".join(pairs))
        helps = _("These colours are so alike that only the line parts them.")
    else:
        where = _("Everywhere alike.")
        helps = _("Every colour stands out from its neighbours by itself, so no line has to be bolder than it is.")
    narrow = findings.check(Rule.CELL)
    if narrow.verdict == "pass":
        return where, helps
    merge = ngettext(
        "It is in the way around %(num)s narrow cell: joined with a cell beside it, the drawing gets calmer.",
        "It is in the way around %(num)s narrow cells: joined with cells beside them, the drawing gets calmer.",
        narrow.count,
    )
    return where, f"{helps} {merge}"


def _counted(in_use: Check, cells: Check) -> str:
    return _("%(colours)s, %(cells)s", colours=colours(in_use), cells=separate_cells(cells))
