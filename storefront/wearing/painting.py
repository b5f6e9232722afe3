"""Painting: a garment and its pins as a picture, from the same shapes as the page's drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil, floor

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from storefront.wearing.garments import Garment, Part, Shape
from storefront.wearing.paths import Point, dashed, flatten
from storefront.wearing.wardrobe import GARMENTS

WIDTH = 1200
_FINE = 2  # edges are painted so many times larger
_WALL = (("#f1f1ee", "#e2e2dc"), ("#232220", "#161615"))  # lit from the upper left
_SHADE = ((20, 18, 26), (0, 0, 0))
_SHADOWS = (
    (1.4, 2.4, 1.8, 0.30),
    (4.5, 8.0, 8.0, 0.24),
)  # across, down, blur in mm, strength: of a garment on its wall
_LIFT = ((0.5, 1.2, 1.2, 0.42),)
_PIN = ((0.4, 0.7, 0.5, 0.55), (1.3, 2.4, 2.0, 0.34))
Shadows = Sequence[tuple[float, float, float, float]]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class WornPin:
    """A cut-out of a pin, `width` millimetres wide, its middle at a place on the garment."""

    picture: Image.Image
    width: float
    at: Point


def paint(garment: Garment, pins: Sequence[WornPin], *, dark: bool = False) -> Image.Image:
    """The garment with its pins, light from the upper left."""
    canvas = Image.open(BytesIO(_kept(garment.name, dark))).convert("RGB")
    scale = WIDTH / garment.width
    for pin in pins:
        width = max(1, round(pin.width * scale))
        height = max(1, round(width * pin.picture.height / pin.picture.width))
        picture = pin.picture.convert("RGBa").resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")
        corner = round(pin.at[0] * scale - width / 2), round(pin.at[1] * scale - height / 2)
        _cast_around(canvas, picture.getchannel("A"), corner, _PIN, scale, _SHADE[dark])
        canvas.paste(picture, corner, picture)
    return canvas


@lru_cache(maxsize=2 * len(GARMENTS))
def _kept(name: str, dark: bool) -> bytes:  # noqa: FBT001  a key of the cache
    """The bare garment, packed: painting one takes as long as a dozen pins."""
    packed = BytesIO()
    _bare(GARMENTS[name], dark=dark).save(packed, "PNG", compress_level=3)
    return packed.getvalue()


def _bare(garment: Garment, *, dark: bool) -> Image.Image:
    size = (WIDTH, round(WIDTH * garment.height / garment.width))
    scale = WIDTH / garment.width
    canvas = _wall(size, dark=dark)
    whole = Image.new("L", size)
    masks = [_drawn(part.outline, (0, 0, *size), scale) for part in garment.parts]
    for mask in masks:
        whole = ImageChops.lighter(whole, mask)
    _cast(canvas, whole, _SHADOWS, scale, _SHADE[dark])
    for part, mask in zip(garment.parts, masks, strict=True):
        if part.lifted:
            below = Image.new("RGB", size, _SHADE[dark])
            shade = ImageChops.multiply(_shadow(mask, _LIFT, scale), whole)
            canvas.paste(below, (0, 0), shade)
        _sew(canvas, part, mask, scale, dark=dark)
    return canvas


def _wall(size: tuple[int, int], *, dark: bool) -> Image.Image:
    near, far = _WALL[dark]
    glow = Image.radial_gradient("L").resize((size[0] * 2, size[1] * 2), Image.Resampling.BICUBIC)
    left, top = round(size[0] * 0.60), round(size[1] * 0.64)
    glow = glow.crop((left, top, left + size[0], top + size[1]))
    return Image.composite(Image.new("RGB", size, far), Image.new("RGB", size, near), glow)


def _sew(canvas: Image.Image, part: Part, mask: Image.Image, scale: float, *, dark: bool) -> None:
    _lay(canvas, part.outline.fill, mask, (0, 0), dark=dark)
    for shape in part.details:
        box = _reach(shape, canvas.size, scale)
        drawn = _drawn(shape, box, scale)
        if shape.soft:
            drawn = _blurred(drawn, shape.soft * scale)
        drawn = ImageChops.multiply(drawn, mask.crop(box))
        if shape.opacity < 1:
            drawn = drawn.point([round(value * shape.opacity) for value in range(256)])
        _lay(canvas, shape.fill or shape.line, drawn, box[:2], dark=dark)


def _lay(
    canvas: Image.Image, tone: tuple[str, str] | None, mask: Image.Image, corner: tuple[int, int], *, dark: bool
) -> None:
    if tone is not None:
        canvas.paste(Image.new("RGB", mask.size, tone[dark]), corner, mask)


def _reach(shape: Shape, size: tuple[int, int], scale: float) -> Box:
    """The part of the picture a shape can touch: painting there alone takes a quarter of the time."""
    points = [point for line in flatten(shape.path) for point in line]
    room = shape.width + 3 * shape.soft
    left, right = min(x for x, _y in points) - room, max(x for x, _y in points) + room
    top, bottom = min(y for _x, y in points) - room, max(y for _x, y in points) + room
    return (
        max(0, floor(left * scale)),
        max(0, floor(top * scale)),
        min(size[0], ceil(right * scale)),
        min(size[1], ceil(bottom * scale)),
    )


def _drawn(shape: Shape, box: Box, scale: float) -> Image.Image:
    fine = scale * _FINE
    large = Image.new("L", ((box[2] - box[0]) * _FINE, (box[3] - box[1]) * _FINE))
    draw = ImageDraw.Draw(large)
    for line in flatten(shape.path):
        for piece in dashed(line, *shape.dash) if shape.dash else [line]:
            points = [(x * fine - box[0] * _FINE, y * fine - box[1] * _FINE) for x, y in piece]
            if shape.fill:
                draw.polygon(points, fill=255)
            else:
                draw.line(points, fill=255, width=max(1, round(shape.width * fine)), joint="curve")
    return large.reduce(_FINE)


def _cast(canvas: Image.Image, mask: Image.Image, shadows: Shadows, scale: float, colour: tuple[int, int, int]) -> None:
    canvas.paste(Image.new("RGB", canvas.size, colour), (0, 0), _shadow(mask, shadows, scale))


def _cast_around(
    canvas: Image.Image,
    alpha: Image.Image,
    corner: tuple[int, int],
    shadows: Shadows,
    scale: float,
    colour: tuple[int, int, int],
) -> None:
    """The shadow of something small, without a look at the rest of the picture."""
    room = round(12 * scale)
    around = Image.new("L", (alpha.width + 2 * room, alpha.height + 2 * room))
    around.paste(alpha, (room, room))
    shade = _shadow(around, shadows, scale)
    canvas.paste(Image.new("RGB", shade.size, colour), (corner[0] - room, corner[1] - room), shade)


def _shadow(mask: Image.Image, shadows: Shadows, scale: float) -> Image.Image:
    """What a shape keeps from the light, the shape's own place included."""
    cast = Image.new("L", mask.size)
    for across, down, blur, strength in shadows:
        moved = Image.new("L", mask.size)
        moved.paste(mask, (round(across * scale), round(down * scale)))
        soft = _blurred(moved, blur * scale)
        cast = ImageChops.screen(cast, soft.point([round(value * strength) for value in range(256)]))
    return cast


def _blurred(mask: Image.Image, radius: float) -> Image.Image:
    """A wide blur hides that it was made small."""
    less = max(1, int(radius // 4))
    if less == 1:
        return mask.filter(ImageFilter.GaussianBlur(radius))
    small = mask.reduce(less).filter(ImageFilter.GaussianBlur(radius / less))
    return small.resize(mask.size, Image.Resampling.BICUBIC)
