"""A board as a picture to pass on: painted once, then kept by whoever asked, and not painted without end for one address."""

import hashlib
from datetime import timedelta
from functools import lru_cache
from io import BytesIO

from flask import Response, abort, request
from flask_babel import gettext as _
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from storefront.accounts.throttle import Limit
from storefront.extensions import services
from storefront.media.storage import NotStored, Storage
from storefront.share_card import font
from storefront.wearing import painting
from storefront.wearing.cutout import cut
from storefront.wearing.wardrobe import GARMENTS
from storefront.web.cutouts import CutOut
from storefront.web.public import versioned
from storefront.web.rates import count_or_refuse, one_painter
from storefront.web.wear_board import Asked, Board

PICTURES_FROM = Limit("worn-picture-from", 60, timedelta(minutes=1))
_EDGE, _CAPTION, _QUIET = 24, 24, ("#55554f", "#b9b9b2")
_DRAWING = b"2"  # to be counted up when the garments are drawn anew
_HOUR = 3_600


def version(cut_outs: dict[int, CutOut]) -> str:
    """What the pictures are made of, but for the places: an address with it may be kept for ever."""
    made_of = [f"{one.pin} {one.key} {one.width}" for one in cut_outs.values()]
    return hashlib.sha256("\n".join(made_of).encode() + _DRAWING).hexdigest()[:8]


def picture(asked: Asked, board: Board, cut_outs: dict[int, CutOut]) -> Response:
    """The picture as PNG, with its words inside; a wrong address is refused in a sentence."""
    if asked.wrong:
        return Response(asked.wrong + "\n", 400, mimetype="text/plain")
    count_or_refuse(PICTURES_FROM, _("Too many pictures at once."))
    pins = tuple((pin.cut_out.key, pin.cut_out.width, pin.x, pin.y) for pin in board.pins)
    dark = request.args.get("theme") == "dark"
    try:
        with one_painter():
            body = _painted(services().storage, board.garment.name, pins, board.words, _caption(board), dark)
    except NotStored:
        abort(404)
    response = Response(body, mimetype="image/png")
    response.headers["Content-Disposition"] = f"inline; filename={board.garment.name}.png"
    return versioned(response, version(cut_outs), keep=_HOUR)


@lru_cache(maxsize=8)
def _painted(
    storage: Storage,
    garment: str,
    pins: tuple[tuple[str, float, int, int], ...],
    words: str,
    caption: str,
    dark: bool,  # noqa: FBT001  a key of the cache
) -> bytes:
    worn = [painting.WornPin(cut(Image.open(BytesIO(storage.get(key)))), width, (x, y)) for key, width, x, y in pins]
    said = PngInfo()
    said.add_itxt("Description", " ".join(filter(None, (words, caption))))
    painted = painting.paint(GARMENTS[garment], worn, dark=dark)
    ImageDraw.Draw(painted).text(
        (painted.width // 2, painted.height - _EDGE), caption, _QUIET[dark], font("text", _CAPTION), "ms"
    )
    packed = BytesIO()
    painted.save(packed, "PNG", pnginfo=said, compress_level=4)
    return packed.getvalue()


def _caption(board: Board) -> str:
    return _("A picture of the plan, not a photograph.") if board.pins else ""
