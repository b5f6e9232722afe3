"""Certificates: a piece's page for whoever scans it, the signed record, the shop's public keys, and checking without it."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from storefront.accounts.throttle import Limit
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole
from storefront.extensions import services
from storefront.inventory.pieces import PieceKind
from storefront.ledger.chain import EntryKind, list_piece_entries
from storefront.provenance.certificates import Certificate, Standing, find_certificate
from storefront.provenance.issuing import NotOwned, issue
from storefront.provenance.keys import list_keys
from storefront.provenance.records import NotGenuine, check_document
from storefront.web import trade_words as words
from storefront.web.formats import clock_time, comma_list, dated
from storefront.web.letters import link_to
from storefront.web.ownership import own_order
from storefront.web.pictures import Shown, shown
from storefront.web.public import public
from storefront.web.rates import count_or_refuse

pages = Blueprint("certificates", __name__)
MISSES_FROM = Limit("certificate-from", 10, timedelta(minutes=1))  # guessing is hopeless; it is made slow as well
_KEEP = 5  # seconds; a refund revokes
_GROUP = 4


@dataclass(frozen=True)
class View:
    """What the page says; `standing` is None when our own signature does not fit, which is an alarm."""

    standing: Standing | None
    code: str
    number: int
    size: int
    is_proof: bool
    title: str
    artist: str
    artist_url: str
    year: int
    moved: str  # the day
    rows: tuple[tuple[str, str], ...]
    picture: Shown | None
    address: str
    qr: Markup


@pages.get("/v/<code>")
def show(code: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        found = find_certificate(session, code)
        view = _view(session, found) if found else None
    if view is None:
        count_or_refuse(MISSES_FROM)
        return render_template("certificates/unknown.html", typed=code[:40]), HTTPStatus.NOT_FOUND
    return public(render_template("certificates/show.html", page=view), keep=_KEEP)


@pages.get("/v/<code>.json")
def record(code: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        found = find_certificate(session, code)
        document, known = (found.document, found.code) if found else ("", "")
    if not document:
        count_or_refuse(MISSES_FROM)
        abort(HTTPStatus.NOT_FOUND)
    answer = public(document, keep=_KEEP, mimetype="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename=certificate-{grouped(known)}.json"
    return answer


@pages.get("/verify")
def verify() -> ResponseReturnValue:
    """Where a code is typed, and a record is checked in the browser alone."""
    if code := request.args.get("code", "").strip():
        return redirect(url_for(".show", code=code[:40]), HTTPStatus.SEE_OTHER)
    return public(render_template("certificates/verify.html"), keep=60)


@pages.get("/keys")
def key_log() -> ResponseReturnValue:
    with services().database.reading() as session:
        log = list_keys(session)
    return public(render_template("certificates/keys.html", keys=log), keep=60)


@pages.get("/keys.json")
def keys() -> Response:
    """The public key log: every key that ever signed, so that what it signed can be checked for ever."""
    with services().database.reading() as session:
        log = [
            {
                "id": key.key_id,
                "public_key": key.public_key,
                "made_at": key.made_at.isoformat(),
                "retired_at": key.retired_at.isoformat() if key.retired_at else None,
            }
            for key in list_keys(session)
        ]
    answer = jsonify(algorithm="Ed25519", keys=log)
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


@pages.get("/orders/<code>/certificates/<int:place>")
def of_order(code: str, place: int) -> ResponseReturnValue:
    """The certificate of the order's n-th piece, issued when it is asked for the first time."""
    return redirect(url_for(".show", code=grouped(code_of(code, place))), HTTPStatus.SEE_OTHER)


def code_of(code: str, place: int) -> str:
    """The certificate's code of the order's n-th piece, issued when it is asked for the first time; else 404."""
    with services().database.reading() as session:
        lines = own_order(session, code).lines
        line_id = lines[place - 1].id if 1 <= place <= len(lines) else abort(HTTPStatus.NOT_FOUND)
    try:
        with services().database.transaction() as session:
            return issue(session, [line_id], services().issuer, at=services().clock.now())[line_id].code
    except NotOwned:
        abort(HTTPStatus.NOT_FOUND)


def grouped(code: str) -> str:
    """As it is printed: ABCD-EFGH-JKMN."""
    plain = code.replace("-", "")
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))


def _view(session: Session, found: Certificate) -> View:
    edition = found.line.hold.edition
    pin, said = edition.pin, found.said
    front = pin.picture(PictureRole.FRONT)
    try:
        check_document(found.document, [found.key.public_key])
        standing: Standing | None = found.standing
    except NotGenuine:
        standing = None
    is_proof = said["piece"]["kind"] == PieceKind.PROOF
    issued, made, kinds, history = facts(session, found, edition)
    ledger = url_for("ledgers.show", ref=edition.ref, number=said["piece"]["number"])
    link = Markup('{} <a href="{}">{}</a>').format(history[1], ledger, _("See the ledger"))
    rows = (issued, made, kinds, (_("Owner"), _owner_words(found)), (history[0], link))
    return View(
        standing=standing,
        code=grouped(found.code),
        number=said["piece"]["number"],
        size=said["edition"]["proofs" if is_proof else "size"],
        is_proof=is_proof,
        title=said["title"],
        artist=said["artist"],
        artist_url=url_for("shop.artist", slug=pin.artist.slug),
        year=said["year"],
        moved=dated(found.moved_at, "UTC") if found.moved_at else "",
        rows=rows,
        picture=shown(front.picture, front.alt) if front else None,
        address=printed_address(found),
        qr=_qr(printed_address(found)),
    )


def printed_address(found: Certificate) -> str:
    """The one that papers carry and cameras read, whatever language the page about it is in."""
    return link_to("certificates.show", code=found.code)


def _owner_words(found: Certificate) -> str:
    if found.standing is not Standing.GENUINE:
        return _("Not with who had this certificate")
    return found.shown_name or _("Kept private by the owner")


def _edition_words(edition: Edition) -> str:
    more = _(" and %(proofs)s proofs", proofs=edition.proofs) if edition.proofs else ""
    return _("%(size)s%(more)s. No more will be made.", size=edition.size, more=more)


def facts(session: Session, found: Certificate, edition: Edition) -> tuple[tuple[str, str], ...]:
    """What a certificate says in every form of it: when it was issued, of how many, made of what, and what happened."""
    pin = edition.pin
    return (
        (_("Issued"), f"{dated(found.issued_at, 'UTC')}, {clock_time(found.issued_at, 'UTC')} UTC"),
        (_("Edition"), _edition_words(edition)),
        (_("Made of"), f"{words.material(pin)}, {words.millimetres(pin)}"),
        (_("History"), _history(session, found, edition)),
    )


def _history(session: Session, found: Certificate, edition: Edition) -> str:
    """What the ledger says of this piece, in the order in which it happened."""
    piece = found.said["piece"]
    told: dict[EntryKind, Any] = {
        EntryKind.SOLD: _("sold by the artist"),
        EntryKind.REFUNDED: _("given back and refunded"),
        EntryKind.RELISTED: _("on sale again"),
        EntryKind.WITHHELD: _("withheld"),
        EntryKind.VOIDED: _("taken out of the edition"),
        EntryKind.TRANSFERRED: _("passed on to a new owner"),
    }
    entries = list_piece_entries(session, edition.ref, piece["kind"], piece["number"])
    said = comma_list(str(told[entry.kind]) for entry in entries if entry.kind in told)
    return f"{said[:1].upper()}{said[1:]}."


def _qr(address: str) -> Markup:
    """Error level M with four modules of quiet around it: read at 15 mm (ISO/IEC 18004)."""
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=False, omitsize=True, nl=False,
        title=_("Code of this certificate, for a camera"),
    )  # fmt: skip
    return Markup(drawn.getvalue().decode())  # noqa: S704  drawn by the library from our own address
