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
# Across, down and blur in millimetres, and how strong: of a garment on its wall, of a part on another, of a pin.
_SHADOWS = ((1.4, 2.4, 1.8, 0.30), (4.5, 8.0, 8.0, 0.24))
_FAR = 12  # millimetres: no shadow of a part or a pin reaches further
_LIFT = ((0.5, 1.2, 1.2, 0.42),)
_PIN = ((0.4, 0.7, 0.5, 0.55), (1.3, 2.4, 2.0, 0.34))
Shadows = Sequence[tuple[float, float, float, float]]
Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class WornPin:
    """A cut-out of a pin, `width` millimetres wide, its middle at a place on the garment."""

    picture: Image.Image
    width: float
    at: Point


def paint(garment: Garment, pins: Sequence[WornPin], *, dark: bool = False) -> Image.Image:
    """The garment with its pins, light from the upper left."""
    canvas = Image.open(BytesIO(_kept(garment.name, dark)))
    canvas.load()
    scale = WIDTH / garment.width
    for pin in pins:
        width = max(1, round(pin.width * scale))
        height = max(1, round(width * pin.picture.height / pin.picture.width))
        picture = pin.picture.convert("RGBa").resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")
        corner = round(pin.at[0] * scale - width / 2), round(pin.at[1] * scale - height / 2)
        lay_on(canvas, picture, corner, scale, dark=dark)
    return canvas


def lay_on(canvas: Image.Image, pin: Image.Image, corner: tuple[int, int], scale: float, *, dark: bool = False) -> None:
    """A pin's cut-out with its shadow; `scale` is pixels a millimetre."""
    around, beside = _with_room(pin.getchannel("A"), corner, scale)
    canvas.paste(_SHADE[dark], beside, _shadow(around, _PIN, scale))
    canvas.paste(pin, corner, pin)


@lru_cache(maxsize=2 * len(GARMENTS))
def _kept(name: str, dark: bool) -> bytes:  # noqa: FBT001  a key of the cache
    """The bare garment, packed: painting one takes as long as a dozen pins."""
    packed = BytesIO()
    _bare(GARMENTS[name], dark=dark).save(packed, "PNG", compress_level=3)
    return packed.getvalue()


def _bare(garment: Garment, *, dark: bool) -> Image.Image:
    size = (WIDTH, round(WIDTH * garment.height / garment.width))
    scale = WIDTH / garment.width
    canvas, whole = wall(size, dark=dark), Image.new("L", size)
    boxes = [_reach(part.outline, size, scale) for part in garment.parts]
    masks = [_drawn(part.outline, box, scale) for part, box in zip(garment.parts, boxes, strict=True)]
    for mask, box in zip(masks, boxes, strict=True):
        whole.paste(255, box, mask)
    canvas.paste(_SHADE[dark], (0, 0), _shadow(whole, _SHADOWS, scale))
    for part, mask, box in zip(garment.parts, masks, boxes, strict=True):
        if part.lifted:
            _lift(canvas, mask, box, whole, scale, _SHADE[dark])
        _sew(canvas, part, mask, box, scale, dark=dark)
    return canvas


def _lift(canvas: Image.Image, mask: Image.Image, box: Box, whole: Image.Image, scale: float, colour: Colour) -> None:
    """The shade a part casts on the cloth around it, and not on the wall."""
    around, corner = _with_room(mask, box[:2], scale)
    cloth = whole.crop((*corner, corner[0] + around.width, corner[1] + around.height))
    canvas.paste(colour, corner, ImageChops.multiply(_shadow(around, _LIFT, scale), cloth))


def wall(size: tuple[int, int], *, dark: bool) -> Image.Image:
    near, far = _WALL[dark]
    glow = Image.radial_gradient("L").resize((size[0] * 2, size[1] * 2), Image.Resampling.BICUBIC)
    left, top = round(size[0] * 0.60), round(size[1] * 0.64)
    glow = glow.crop((left, top, left + size[0], top + size[1]))
    return Image.composite(Image.new("RGB", size, far), Image.new("RGB", size, near), glow)


def _sew(canvas: Image.Image, part: Part, mask: Image.Image, box: Box, scale: float, *, dark: bool) -> None:
    if part.outline.fill is not None:
        canvas.paste(part.outline.fill[dark], box, mask)
    for shape in part.details:
        reach = _reach(shape, canvas.size, scale)
        drawn = _drawn(shape, reach, scale)
        if shape.soft:
            drawn = _blurred(drawn, shape.soft * scale)
        left, top, right, bottom = reach
        drawn = ImageChops.multiply(drawn, mask.crop((left - box[0], top - box[1], right - box[0], bottom - box[1])))
        if shape.opacity < 1:
            drawn = drawn.point([round(value * shape.opacity) for value in range(256)])
        if (tone := shape.fill or shape.line) is not None:
            canvas.paste(tone[dark], reach, drawn)


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


def _with_room(mask: Image.Image, corner: tuple[int, int], scale: float) -> tuple[Image.Image, tuple[int, int]]:
    """Room around a mask for its shadow, and where the larger one's corner lies."""
    room = round(_FAR * scale)
    around = Image.new("L", (mask.width + 2 * room, mask.height + 2 * room))
    around.paste(mask, (room, room))
    return around, (corner[0] - room, corner[1] - room)


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
