"""Cut-outs: what of a pin's picture is the pin, so that its millimetres count from edge to edge."""

from PIL import Image

Box = tuple[float, float, float, float]  # left, top, right, bottom as shares of the picture's sides
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_SEEN = 128


def extent(picture: Image.Image) -> Box:
    """The part of the picture that is more seen than not; the whole of one that is nowhere transparent."""
    alpha = picture.convert("RGBA").getchannel("A").point([255 * (value >= _SEEN) for value in range(256)])
    box = alpha.getbbox()
    if box is None:
        return WHOLE
    left, top, right, bottom = box
    return left / picture.width, top / picture.height, right / picture.width, bottom / picture.height


def cut(picture: Image.Image) -> Image.Image:
    """The pin without the empty room around it."""
    left, top, right, bottom = extent(picture)
    width, height = picture.size
    return picture.convert("RGBA").crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )
