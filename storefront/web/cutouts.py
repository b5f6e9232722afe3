"""Cut-outs of pins: their fronts at their own size in millimetres, for what is drawn to scale."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image

from storefront.catalog.pins import PictureRole, Pin
from storefront.extensions import services
from storefront.media.storage import NotStored, Storage, StorageAway
from storefront.wearing.cutout import WHOLE, Box, extent
from storefront.web.picture_addresses import picture_address

_MEASURED = 360  # pixels across are enough to measure, and to wear
_LARGE = 640
_KINDS = ("webp", "png")


@dataclass(frozen=True)
class Front:
    """What the database knows of a pin's front picture; `key` is the size to measure, `large` the one to look at."""

    pin: int
    title: str
    alt: str
    millimetres: tuple[float, float]
    key: str
    large: str
    shape: tuple[int, int]


@dataclass(frozen=True)
class CutOut:
    """A pin `width` by `height` mm; its whole picture, empty room included, lies at x, y from the pin's middle."""

    pin: int
    title: str
    alt: str
    key: str
    src: str
    large: str
    width: float
    height: float
    x: float
    y: float
    across: float
    down: float


def find_front(pin: Pin) -> Front | None:
    """A pin's front, where it is a picture without ground: a photograph cannot be cut out."""
    found = pin.picture(PictureRole.FRONT)
    if found is None or not found.picture.transparent:
        return None
    sizes = [v for v in found.picture.variants if v["format"] in _KINDS]
    if not sizes:
        return None
    small, large = (
        min(sizes, key=lambda v: (abs(v["width"] - px), v["format"] != _KINDS[0])) for px in (_MEASURED, _LARGE)
    )
    return Front(
        pin=pin.id,
        title=pin.title,
        alt=found.alt,
        millimetres=(pin.width_tenths / 10, pin.height_tenths / 10),
        key=small["key"],
        large=large["key"],
        shape=(small["width"], small["height"]),
    )


def cut_out(front: Front) -> CutOut:
    """The front at its true size. Reads the stored picture once: not for within a transaction.

    While it cannot be read the whole picture is taken for the pin: nobody's page fails, nobody's purchase waits, for that.
    """
    storage = services().storage
    try:
        left, top, right, bottom = _extent(storage, front.key)
    except (NotStored, StorageAway):
        left, top, right, bottom = WHOLE
    across, down = front.shape
    width, height = (right - left) * across, (bottom - top) * down  # in pixels; the drawing's own proportions stay
    scale = max(front.millimetres) / max(width, height)
    return CutOut(
        pin=front.pin,
        title=front.title,
        alt=front.alt,
        key=front.key,
        src=picture_address(front.key),
        large=picture_address(front.large),
        width=round(width * scale, 1),
        height=round(height * scale, 1),
        x=round(-(left + right) / 2 * across * scale, 2),
        y=round(-(top + bottom) / 2 * down * scale, 2),
        across=round(across * scale, 2),
        down=round(down * scale, 2),
    )


@lru_cache(maxsize=512)
def _extent(storage: Storage, key: str) -> Box:
    """Measured once: what lies under a key never changes."""
    return extent(Image.open(BytesIO(storage.get(key))))
