"""A board as a picture to pass on: painted once, then kept by whoever asked, and not painted without end for one address."""

import hashlib
from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from threading import BoundedSemaphore

from flask import Response, abort, request
from flask_babel import gettext as _
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from storefront.accounts.throttle import Limit, count_try
from storefront.extensions import services
from storefront.inventory.places import block_of
from storefront.media.storage import NotStored, Storage
from storefront.wearing import painting
from storefront.wearing.cutout import cut
from storefront.wearing.wardrobe import GARMENTS
from storefront.web.current import client_place
from storefront.web.cutouts import CutOut
from storefront.web.wear_board import Asked, Board

PICTURES_FROM = Limit("worn-picture-from", 60, timedelta(minutes=1))
_DRAWING = b"1"  # to be counted up when the garments are drawn anew
_HOUR, _YEAR = 3_600, 31_536_000
_painters = BoundedSemaphore(
    2
)  # of a process, whose other threads sell: a picture takes a tenth of a second of one core


def version(cut_outs: dict[int, CutOut]) -> str:
    """What the pictures are made of, but for the places: an address with it may be kept for ever."""
    made_of = [f"{one.pin} {one.key} {one.width}" for one in cut_outs.values()]
    return hashlib.sha256("\n".join(made_of).encode() + _DRAWING).hexdigest()[:8]


def picture(asked: Asked, board: Board, cut_outs: dict[int, CutOut]) -> Response:
    """The picture as PNG, with its words inside; a wrong address is refused in a sentence."""
    if asked.wrong:
        return Response(asked.wrong + "\n", 400, mimetype="text/plain")
    _count()
    pins = tuple((pin.cut_out.key, pin.cut_out.width, pin.x, pin.y) for pin in board.pins)
    dark = request.args.get("theme") == "dark"
    if not _painters.acquire(blocking=False):
        raise ServiceUnavailable(retry_after=1)
    try:
        body = _painted(services().storage, board.garment.name, pins, board.words, dark)
    except NotStored:
        abort(404)
    finally:
        _painters.release()
    response = Response(body, mimetype="image/png")
    response.add_etag()
    asked_for_this = request.args.get("v") == version(cut_outs)
    response.headers["Cache-Control"] = (
        f"public, max-age={_YEAR}, immutable" if asked_for_this else f"public, max-age={_HOUR}"
    )
    response.headers["Content-Disposition"] = f"inline; filename={board.garment.name}.png"
    response.make_conditional(request)
    return response


def _count() -> None:
    """Raises TooManyRequests. An address of a private network may be everybody's, behind a proxy."""
    if block_of(request.remote_addr) is None:
        return
    key, at = services().settings.address_key.encode(), services().clock.now()
    with services().database.transaction() as session:
        wait = count_try(session, PICTURES_FROM, client_place(), key=key, at=at)
    if wait is not None:
        raise TooManyRequests(_("Too many pictures at once."), retry_after=-(-wait // timedelta(seconds=1)))


@lru_cache(maxsize=8)
def _painted(
    storage: Storage,
    garment: str,
    pins: tuple[tuple[str, float, int, int], ...],
    words: str,
    dark: bool,  # noqa: FBT001  a key of the cache
) -> bytes:
    worn = [painting.WornPin(cut(Image.open(BytesIO(storage.get(key)))), width, (x, y)) for key, width, x, y in pins]
    said = PngInfo()
    said.add_itxt("Description", words)
    packed = BytesIO()
    painting.paint(GARMENTS[garment], worn, dark=dark).save(packed, "PNG", pnginfo=said, compress_level=4)
    return packed.getvalue()
