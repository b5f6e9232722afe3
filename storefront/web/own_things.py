"""What somebody owns and what we know of them, to take away: as a picture, and as one document."""

import json
from datetime import timedelta
from io import BytesIO

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from storefront.accounts.throttle import Limit
from storefront.collection_picture import MOST, Collected, paint
from storefront.extensions import services
from storefront.inventory.pieces import PieceKind
from storefront.media.storage import NotStored, StorageAway
from storefront.privacy.telling import Person, tell_everything
from storefront.wearing.cutout import cut
from storefront.web.current import current_account, viewer
from storefront.web.cutouts import cut_out
from storefront.web.own_pins import OwnPin, list_own_pins
from storefront.web.rates import count_or_refuse, one_painter

TAKEN_FROM = Limit("own-things-from", 30, timedelta(minutes=1))


def everything() -> Response:
    """Everything the shop knows about whoever asks, guests included."""
    count_or_refuse(TAKEN_FROM)
    account, at = current_account(), services().clock.now()
    with services().database.reading() as session:
        seen = viewer(session)
        person = Person(account.id if account is not None else None, seen.sees, seen.buyer_ids)
        told = tell_everything(session, person, shop=services().settings.shop_name, at=at)
    body = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    return _taken(Response(body, mimetype="application/json"), "json")


def picture() -> Response:
    """Their pins on one wall as PNG, the words for who can't see it inside."""
    count_or_refuse(TAKEN_FROM, _("Too many pictures at once."))
    with services().database.reading() as session:
        own = list_own_pins(session)[:MOST]
    with one_painter():
        painted = paint([_collected(pin) for pin in own], dark=request.args.get("theme") == "dark")
    said, packed = PngInfo(), BytesIO()
    said.add_itxt("Description", words_of(own))
    painted.save(packed, "PNG", pnginfo=said, compress_level=4)
    return _taken(Response(packed.getvalue(), mimetype="image/png"), "png")


def words_of(own: list[OwnPin]) -> str:
    """What the picture shows."""
    count: str = ngettext("%(num)d pin on a wall at one scale.", "%(num)d pins on a wall at one scale.", len(own))
    named = [_("%(title)s, number %(n)s", title=pin.title, n=_number(pin) + f"/{pin.of}") for pin in own]
    return " ".join([count, "; ".join(named)])


def _collected(pin: OwnPin) -> Collected:
    across, down = pin.millimetres
    picture = None
    if pin.front is not None:
        size = cut_out(pin.front)
        across, down = size.width, size.height
        try:
            picture = cut(Image.open(BytesIO(services().storage.get(pin.front.key))))
        except (NotStored, StorageAway):
            picture = None
    return Collected(picture, across, down, _number(pin), f"/{pin.of}", pin.title)


def _number(pin: OwnPin) -> str:
    return f"AP {pin.number}" if pin.kind is PieceKind.PROOF else str(pin.number)


def _taken(response: Response, kind: str) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = f"inline; filename=my-collection.{kind}"
    return response
