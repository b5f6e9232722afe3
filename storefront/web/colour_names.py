"""Colour names: a plain word for a colour its artist has not named."""

from collections.abc import Iterable

from flask_babel import gettext as _

Rgb = tuple[int, int, int]


def colour_name(value: str) -> str:
    """The nearest everyday name of a colour such as "#a8d8c0"."""
    wanted = _rgb(value)
    return min(_names(), key=lambda known: _distance(_rgb(known[0]), wanted))[1]


def different_names(names: Iterable[str]) -> list[str]:
    """The same names, told apart: "Green", "Green 2"."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return told


def _distance(one: Rgb, other: Rgb) -> float:
    """Of the eye rather than of the numbers: red counts more among reds, blue among blues."""
    red = (one[0] + other[0]) / 2
    reddish, greenish, bluish = ((a - b) ** 2 for a, b in zip(one, other, strict=True))
    return (2 + red / 256) * reddish + 4 * greenish + (2 + (255 - red) / 256) * bluish


def _rgb(value: str) -> Rgb:
    red, green, blue = bytes.fromhex(value.removeprefix("#"))
    return red, green, blue


def _names() -> tuple[tuple[str, str], ...]:
    return (
        ("#ffffff", _("White")),
        ("#f7efd8", _("Cream")),
        ("#e3cda4", _("Sand")),
        ("#c8c8c4", _("Pale grey")),
        ("#8a8a88", _("Grey")),
        ("#4a4d52", _("Dark grey")),
        ("#17181a", _("Black")),
        ("#d23a34", _("Red")),
        ("#8c1f2f", _("Dark red")),
        ("#ee7560", _("Coral")),
        ("#f7b6b8", _("Pale pink")),
        ("#e8517f", _("Pink")),
        ("#74284f", _("Plum")),
        ("#ee8a2e", _("Orange")),
        ("#b4602b", _("Rust")),
        ("#6b4226", _("Brown")),
        ("#f4c542", _("Yellow")),
        ("#fae9a4", _("Pale yellow")),
        ("#a3c94a", _("Lime")),
        ("#4f9a48", _("Green")),
        ("#aedbb5", _("Pale green")),
        ("#1f5a44", _("Dark green")),
        ("#3f8f7c", _("Sea green")),
        ("#58bcc0", _("Turquoise")),
        ("#a9d8e8", _("Pale blue")),
        ("#4a90d0", _("Sky blue")),
        ("#2a55a6", _("Blue")),
        ("#1d2b55", _("Dark blue")),
        ("#1d3a45", _("Midnight")),
        ("#6d3c96", _("Violet")),
        ("#c3a5dd", _("Lilac")),
    )
