"""The media edge: uploads become pictures, and pictures' variants are served. An original never is."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, BinaryIO, TypeVar, cast

from flask import Blueprint, Response, abort, current_app, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField

from storefront.extensions import services
from storefront.longwork import QueueAway
from storefront.media.keeping import keep
from storefront.media.pictures import Picture
from storefront.media.refusals import PictureRefused, Refusal
from storefront.media.storage import FolderStorage, NotStored, StorageAway
from storefront.media.uploads import CheckedPicture, PictureKind, check_picture
from storefront.web.current import current_account
from storefront.web.picture_addresses import PATH, Reach, reach_of
from storefront.web.pictures import Shown, shown
from storefront.web.security import request_id

pages = Blueprint("media", __name__)
_log = logging.getLogger("storefront.media")
MAX_BYTES = 25 * 2**20  # of the request; the file itself may have 20 MB, and then the refusal is a sentence on the form
_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg", "png": "image/png"}
_PICTURE = "a kept picture"
_Put = TypeVar("_Put")
_KEPT = "public, max-age=31536000, immutable"  # a key is its content's hash


@pages.get(f"{PATH}/<sign>/<path:key>")
def show(sign: str, key: str) -> ResponseReturnValue:
    """A variant, to whom it was shown. Originals lie elsewhere, where no address reaches."""
    mimetype = _TYPES.get(key.rpartition(".")[2])
    reach = reach_of(sign, key) if mimetype is not None else None
    if reach is None:
        abort(404)
    try:
        response = _sent(key, mimetype)
    except NotStored:
        abort(404)
    response.headers["Content-Disposition"] = "inline"
    if reach is Reach.EVERYBODY:
        response.headers["Cache-Control"] = _KEPT
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # feed readers and share cards show them
        response.headers["Access-Control-Allow-Origin"] = (
            "*"  # a page may turn a picture in the light that MEDIA_URL sends
        )
    else:
        response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _sent(key: str, mimetype: str | None) -> Response:
    """Raises NotStored. A file is handed to the web server; from elsewhere the whole picture is fetched."""
    storage = services().storage
    if isinstance(storage, FolderStorage):
        response = send_file(storage.path(key), mimetype=mimetype, conditional=True, etag=True)
    else:
        response = Response(storage.get(key), mimetype=mimetype)
        response.set_etag(key)
        response.make_conditional(request)
    response.cache_control.clear()
    return response


def take_upload(file: FileField, kept: HiddenField, kind: PictureKind) -> int | None:
    """The id of the picture a form carries: just uploaded, or uploaded with an earlier try.

    To be called before the form is validated and outside of any transaction. A picture that can be kept is kept at once,
    and its signed id travels in the hidden field, so that a form that comes back for another reason still has it.
    """
    if not is_sent(file):
        with suppress(ValueError):
            (picture_id,) = opened(_PICTURE, kept.data)
            return int(picture_id)
        return None
    picture_id = put_away(file, kind, lambda checked: keep_picture(checked, at=services().clock.now()))
    if picture_id is not None:
        keep_sealed(kept, _PICTURE, picture_id)
    return picture_id


def is_sent(file: FileField) -> bool:
    """Whether the form came with a file just now."""
    return isinstance(file.data, FileStorage) and bool(file.data.filename)


def put_away(file: FileField, kind: PictureKind, put: Callable[[CheckedPicture], _Put]) -> _Put | None:
    """What `put` makes of the file that was sent; None when it can't be taken or kept, and then the field says why."""
    try:
        return put(check_picture(cast("BinaryIO", file.data.stream), kind))
    except PictureRefused as refused:
        file.process_errors = [*file.process_errors, refusal_words(refused, kind)]
    except StorageAway:
        _log.exception("A picture could not be put away", extra={"request": request_id()})
        file.process_errors = [*file.process_errors, away_words()]
    return None


def sealed(purpose: str, *values: Any) -> str:
    """Values that travel through a form and come back: as they were, from the account they were sealed for."""
    return _signer(purpose).dumps([_account_id(), *values])


def opened(purpose: str, text: str | None) -> list[Any]:
    """What was sealed for this account and purpose; nothing when it was not, or was meddled with."""
    with suppress(BadData, ValueError, TypeError):
        account_id, *values = _signer(purpose).loads(text or "")
        return values if account_id == _account_id() else []
    return []


def keep_sealed(kept: HiddenField, purpose: str, *values: Any) -> None:
    """The hidden field sends the values with the next try."""
    kept.data, kept.raw_data = sealed(purpose, *values), None


def keep_picture(checked: CheckedPicture, *, at: datetime) -> int:
    """Store a checked picture and return its id; the worker makes its other sizes.

    Without the queue it is shown in its first size until somebody sends it again.
    """
    picture_id = keep(services().shelf, checked, at=at)
    try:
        services().long_work.finish_picture(picture_id)
    except QueueAway:
        _log.exception("A picture's sizes could not be put in the queue", extra={"request": request_id()})
    return picture_id


def find_shown(picture_id: int | None, alt: str = "") -> Shown | None:
    """A kept picture for a form that comes back."""
    if picture_id is None:
        return None
    with services().database.reading() as session:
        picture = session.get(Picture, picture_id)
        return shown(picture, alt) if picture else None


def refusal_words(refused: PictureRefused, kind: PictureKind) -> str:
    """What was wrong with the file, and what would be taken."""
    taken = _("JPEG, PNG, WebP or SVG") if kind is PictureKind.ARTWORK else _("JPEG, PNG or WebP")
    limit = int(refused.details.get("limit_bytes", 0)) // 2**20
    found = str(refused.details.get("found", "")).upper()
    words: dict[Refusal, str] = {
        Refusal.TOO_BIG: _("The file is larger than %(limit)s MB. Save it smaller and try again.", limit=limit),
        Refusal.NOT_A_PICTURE: _("This file is not a picture. Choose a %(taken)s file.", taken=taken),
        Refusal.WRONG_FORMAT: _("This is a %(found)s file. Save the picture as %(taken)s.", found=found, taken=taken),
        Refusal.TOO_MANY_PIXELS: _("The picture has more than 40 million pixels. Save it smaller and try again."),
        Refusal.ANIMATED: _("The picture moves. Save one still frame of it as %(taken)s.", taken=taken),
        Refusal.BROKEN: _("The picture could not be read to its end. Save it again as %(taken)s.", taken=taken),
        Refusal.TOO_SLOW: _(
            "The picture took too long to read. Save it again as %(taken)s, perhaps smaller.", taken=taken
        ),
        **_drawing_words(),
    }
    return words[refused.refusal]


def away_words() -> str:
    """What is said when the picture was fine and its storage was not."""
    return _(
        "The picture could not be kept just now. The fault is ours: choose it again in a moment and send the form."
    )


def _drawing_words() -> dict[Refusal, str]:
    return {
        Refusal.DRAWING_BROKEN: _("The SVG could not be read to its end. Export it again, as plain SVG or as PNG."),
        Refusal.DRAWING_SCRIPT: _("The SVG contains a script. Export it again as plain SVG, without interaction."),
        Refusal.DRAWING_ENTITIES: _("The SVG declares entities of its own. Export it again as plain SVG, or as PNG."),
        Refusal.DRAWING_OUTSIDE: _(
            "The SVG refers to something outside itself. Export it again with everything in one file."
        ),
        Refusal.DRAWING_FOREIGN: _("The SVG contains a piece of a web page. Export it again as plain SVG, or as PNG."),
        Refusal.DRAWING_PICTURE: _(
            "The SVG contains a picture made of pixels. Trace it into shapes, or upload that picture itself."
        ),
        Refusal.DRAWING_TEXT: _(
            "The SVG contains text, which needs a font to be drawn. Turn the text into paths and export it again."
        ),
        Refusal.DRAWING_EFFECT: _(
            "The SVG uses a filter, such as a blur or a shadow. Remove it: metal and enamel have flat shapes."
        ),
        Refusal.DRAWING_NO_SIZE: _(
            "The SVG says no usable size. Give its page a width and a height and export it again."
        ),
        Refusal.DRAWING_TOO_INVOLVED: _("The SVG takes too much work to draw. Simplify it, or export it as PNG."),
    }


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=purpose)


def _account_id() -> int | None:
    account = current_account()
    return account.id if account else None
