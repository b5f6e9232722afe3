"""Garments: what each is drawn of, in millimetres, and where a pin may sit on it.

One drawing serves twice: the page writes it as SVG, the picture is painted from it. Left and right are the wearer's.
"""

from dataclasses import dataclass

from storefront.wearing.paths import Point, mirrored

Tone = tuple[str, str]  # on a light page, on a dark one


@dataclass(frozen=True)
class Shape:
    """A filled path, or a drawn one; `soft` blurs it by so many millimetres, for folds and shade."""

    path: str
    fill: Tone | None = None
    line: Tone | None = None
    width: float = 0.7
    dash: tuple[float, float] | None = None
    soft: float = 0
    opacity: float = 1


@dataclass(frozen=True)
class Part:
    """A piece of cloth: its outline, and what is drawn on it and never beyond it. `lifted` casts a shade on what lies below."""

    outline: Shape
    details: tuple[Shape, ...] = ()
    lifted: bool = False


@dataclass(frozen=True)
class Area:
    """Where a pin's middle may be; `spot` is where it goes when told the name alone."""

    name: str
    corners: tuple[Point, ...]
    spot: Point


@dataclass(frozen=True)
class Garment:
    """`width` and `height` are what the picture shows; `span` is the thing itself, measured across."""

    name: str
    width: int
    height: int
    span: int
    parts: tuple[Part, ...]
    areas: tuple[Area, ...]


def other_side(part: Part, width: float) -> Part:
    """The same piece of cloth on the other side of the middle."""
    return Part(_turned(part.outline, width), tuple(_turned(one, width) for one in part.details), part.lifted)


def both_sides(name: str, corners: tuple[Point, ...], spot: Point, width: float) -> tuple[Area, Area]:
    """An area at the left of the picture, which is the wearer's right, and its counterpart."""
    there = tuple((width - x, y) for x, y in corners)
    return Area(f"left-{name}", there, (width - spot[0], spot[1])), Area(f"right-{name}", corners, spot)


def _turned(shape: Shape, width: float) -> Shape:
    return Shape(
        mirrored(shape.path, width), shape.fill, shape.line, shape.width, shape.dash, shape.soft, shape.opacity
    )


def circle(x: float, y: float, radius: float) -> str:
    """A circle as a path of four curves."""
    bent = radius * 0.5523
    return (
        f"M{x - radius:g},{y:g} C{x - radius:g},{y - bent:g} {x - bent:g},{y - radius:g} {x:g},{y - radius:g} "
        f"C{x + bent:g},{y - radius:g} {x + radius:g},{y - bent:g} {x + radius:g},{y:g} "
        f"C{x + radius:g},{y + bent:g} {x + bent:g},{y + radius:g} {x:g},{y + radius:g} "
        f"C{x - bent:g},{y + radius:g} {x - radius:g},{y + bent:g} {x - radius:g},{y:g} Z"
    )
