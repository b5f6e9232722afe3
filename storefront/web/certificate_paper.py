"""A certificate as a sheet to print. The press makes it: no web worker loads what writing a PDF needs."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import ServiceUnavailable

from storefront.accounts.throttle import Limit
from storefront.catalog.pins import PictureRole
from storefront.extensions import services
from storefront.inventory.pieces import PieceKind
from storefront.media.storage import NotStored, StorageAway
from storefront.orders.orders import OrderLine
from storefront.pressing.press import PressBroke, PressBusy, PressTookTooLong
from storefront.provenance.certificates import Certificate, Standing, find_certificate
from storefront.web.backs import blank_of, engraved
from storefront.web.certificates import MISSES_FROM, facts, grouped, printed_address
from storefront.web.pictures import shown
from storefront.web.public import canonical
from storefront.web.rates import count_or_refuse

pages = Blueprint("certificate_paper", __name__)
PRINTED_FROM = Limit("certificate-paper-from", 10, timedelta(minutes=1))
_PLAIN = "en"  # which our faces can always write


@pages.get("/v/<code>.pdf")
def paper(code: str) -> ResponseReturnValue:
    """Only of a genuine one: any other's page says why there is none."""
    with services().database.reading() as session:
        found = find_certificate(session, code)
        if found is None:
            count_or_refuse(MISSES_FROM)
            abort(HTTPStatus.NOT_FOUND)
        if found.standing is not Standing.GENUINE:
            return redirect(url_for("certificates.show", code=grouped(found.code)), HTTPStatus.SEE_OTHER)
        told, front, back = _sheet(session, found), _front(found.line), _back(found.line)
    count_or_refuse(PRINTED_FROM, _("Too many certificates at once. Try again in a minute."))
    drawn = engraved(*back) if back is not None else None
    keys = [key for key in (front, drawn.key if drawn else None) if key]
    answer = Response(_printed(told, keys), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="certificate-{grouped(found.code)}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _printed(told: dict[str, object], keys: list[str]) -> bytes:
    pictures = [content for key in keys if (content := _content(key)) is not None]
    try:
        _answer, (pdf,) = services().previews.press.ask("certificate", told, *pictures)
    except (PressBusy, PressTookTooLong, PressBroke):
        raise ServiceUnavailable(retry_after=5) from None
    return pdf


def _content(key: str) -> bytes | None:
    """A picture that cannot be had now is left out: the facts are what is certified."""
    try:
        return services().storage.get(key)
    except (NotStored, StorageAway):
        return None


def _sheet(session: Session, found: Certificate) -> dict[str, object]:
    said = found.said
    is_proof = said["piece"]["kind"] == PieceKind.PROOF
    number, size = said["piece"]["number"], said["edition"]["proofs" if is_proof else "size"]
    wanted = _words(session, found)
    with force_locale(_PLAIN):
        plain = _words(session, found)
    return {
        "number": f"AP {number}" if is_proof else str(number),
        "of": f"/{size}",
        "title": said["title"],
        "by": f"{said['artist']}, {said['year']}",
        "code": grouped(found.code),
        "address": printed_address(found),
        "words": [wanted, plain],
    }


def _words(session: Session, found: Certificate) -> dict[str, object]:
    return {
        "heading": _("Certificate of authenticity"),
        "rows": facts(session, found, found.line.hold.edition),
        "how": _(
            "Point a camera at the code, or type it at %(address)s: the page says whether this certificate is genuine"
            " today, was revoked, or has moved to a new owner.",
            address=canonical("certificates.verify"),
        ),
        "key": _(
            "Signed with key %(key)s, Ed25519. The signed record and our public keys are there too; whoever has both"
            " checks one against the other without us.",
            key=found.key.key_id,
        ),
        "plan": _("Pictures of the plan, not photographs."),
    }


def _front(line: OrderLine) -> str | None:
    front = line.hold.edition.pin.picture(PictureRole.FRONT)
    return shown(front.picture, "").key if front else None


def _back(line: OrderLine) -> tuple[int, str] | None:
    blank = blank_of(line.order, line)
    return (line.piece_id, blank) if blank is not None else None
