"""The public ledger of an edition: every number with its state and history, the chain to check, and the daily heads."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, Pin
from storefront.extensions import services
from storefront.inventory.listing import Totals, count_all, list_histories, list_pieces
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.sealing import is_silent
from storefront.ledger.chain import EntryKind, LedgerEntry, LedgerHead
from storefront.ledger.documents import tell_part
from storefront.provenance.daily_heads import find_heads
from storefront.provenance.owning import list_shown_names
from storefront.web.formats import clock_time, dated
from storefront.web.pictures import Shown, shown
from storefront.web.public import public
from storefront.web.security import MAX_ID, whole_number

pages = Blueprint("ledgers", __name__)
PER_PAGE = 400
_KEEP = 5  # seconds
_KEEP_HEADS = 60
_PASSABLE = {
    PieceState.AVAILABLE: "free", PieceState.HELD: "free", PieceState.SOLD: "sold",
    PieceState.WITHHELD: "withheld", PieceState.VOID: "void",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A number: what it is, who shows their name, and what happened when."""

    number: int
    state: str
    owner: str
    history: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class View:
    ref: str
    title: str
    artist: str
    artist_slug: str
    drop_slug: str | None
    picture: Shown | None
    size: int
    over: bool
    sums: tuple[tuple[str, int], ...]
    proof_sums: tuple[tuple[str, int], ...]
    proofs_made: int
    silent: bool
    entries: int
    head: str
    day: date | None
    numbers: tuple[Line, ...]
    proofs: tuple[Line, ...]
    page: int
    pages: int


@pages.get("/e/<ref>/ledger")
def show(ref: str) -> ResponseReturnValue:
    asked, page = request.args.get("number", "").strip(), whole_number("page")
    with services().database.reading() as session:
        edition = _announced(session, ref)
        number = int(asked) if re.fullmatch(r"[0-9]{1,9}", asked) else 0
        if 1 <= number <= edition.size:
            there = url_for(".show", ref=ref, page=-(-number // PER_PAGE), _anchor=f"n-{number}")
            return redirect(there, HTTPStatus.SEE_OTHER)
        view = _view(session, edition, min(page, max(1, -(-edition.size // PER_PAGE))))
    body = render_template("ledger/show.html", page=view, asked=asked[:20])
    return public(body, keep=_KEEP, status=HTTPStatus.BAD_REQUEST if asked else HTTPStatus.OK)


@pages.get("/e/<ref>/ledger.json")
def chain(ref: str) -> Response:
    """The chain, in parts where it is long. Who has a part already is told so before anything is read."""
    after = whole_number("after", 0, low=0, high=MAX_ID)
    with services().database.reading() as session:
        edition = _announced(session, ref)
        try:
            part = tell_part(session, ref, after=after, silent=is_silent(session, edition))
        except LookupError:
            abort(HTTPStatus.NOT_FOUND)
    last = part["entries"][-1]["seq"] if part["entries"] else after
    part["next"] = url_for(".chain", ref=ref, after=last) if part.pop("more") else None
    answer = public(json.dumps(part, ensure_ascii=False), keep=_KEEP, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="ledger-{ref}-{after + 1}-{last}.json"'
    return answer


@pages.get("/ledger/heads.json")
def heads() -> Response:
    return _heads(None)


@pages.get("/ledger/heads/<day>.json")
def heads_of(day: str) -> Response:
    try:
        return _heads(date.fromisoformat(day))
    except ValueError:
        abort(HTTPStatus.NOT_FOUND)


def _heads(day: date | None) -> Response:
    with services().database.reading() as session:
        found = find_heads(session, day) or abort(HTTPStatus.NOT_FOUND)
    answer = public(found.document, keep=_KEEP_HEADS, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="heads-{found.day}.json"'
    return answer


def _announced(session: Session, ref: str) -> Edition:
    """An edition whose ledger has begun; else 404. What was announced once stays public."""
    query = (
        select(Edition)
        .where(Edition.ref == ref, Edition.minted_at.is_not(None))
        .options(joinedload(Edition.pin).selectinload(Pin.pictures), selectinload(Edition.drop))
    )
    return session.scalars(query).one_or_none() or abort(HTTPStatus.NOT_FOUND)


def _view(session: Session, edition: Edition, page: int) -> View:
    silent, totals = is_silent(session, edition), count_all(session, edition)
    low, high = (page - 1) * PER_PAGE + 1, min(page * PER_PAGE, edition.size)
    numbers: tuple[Line, ...] = ()
    proofs: tuple[Line, ...] = ()
    if not silent:
        histories = list_histories(session, edition, low, max(high, edition.proofs if page == 1 else 0))
        pieces = list(list_pieces(session, edition, PieceKind.NUMBERED, low, high))
        if page == 1:
            pieces += list_pieces(session, edition, PieceKind.PROOF, 1, edition.proofs)
        names = list_shown_names(session, [piece.id for piece in pieces])
        lines = [
            (piece.kind, _line(piece, histories.get((piece.kind, piece.number), []), names.get(piece.id, "")))
            for piece in pieces
        ]
        numbers = tuple(line for kind, line in lines if kind is PieceKind.NUMBERED)
        proofs = tuple(line for kind, line in lines if kind is PieceKind.PROOF)
    head = session.get_one(LedgerHead, edition.ref)
    newest = find_heads(session)
    drop, pin, front = edition.drop, edition.pin, edition.pin.picture(PictureRole.FRONT)
    return View(
        ref=edition.ref,
        title=pin.title,
        artist=pin.artist.name,
        artist_slug=pin.artist.slug,
        drop_slug=drop.slug if drop is not None and drop.is_public else None,
        picture=shown(front.picture, front.alt) if front else None,
        size=edition.size,
        over=edition.has_closed(services().clock.now()) and not totals.of(PieceKind.NUMBERED, PieceState.HELD),
        sums=_sums(totals, PieceKind.NUMBERED),
        proof_sums=_sums(totals, PieceKind.PROOF),
        proofs_made=edition.proofs,
        silent=silent,
        entries=head.seq,
        head="" if silent else head.hash,
        day=newest.day if newest is not None else None,
        numbers=numbers,
        proofs=proofs,
        page=page,
        pages=1 if silent else max(1, -(-edition.size // PER_PAGE)),
    )


def _sums(totals: Totals, kind: PieceKind) -> tuple[tuple[str, int], ...]:
    """The states with their counts: together they are the edition."""
    return (
        ("sold", totals.of(kind, PieceState.SOLD)),
        ("free", totals.of(kind, PieceState.AVAILABLE, PieceState.HELD)),
        ("withheld", totals.of(kind, PieceState.WITHHELD)),
        ("void", totals.of(kind, PieceState.VOID)),
    )


def _line(piece: Piece, history: list[LedgerEntry], owner: str) -> Line:
    told = tuple((_moment(entry.at), said) for entry in history if (said := _said(entry.kind)))
    return Line(piece.number, _PASSABLE[piece.state], owner, told)


def _moment(at: datetime) -> str:
    return _("%(day)s, %(time)s UTC", day=dated(at, "UTC"), time=clock_time(at, "UTC"))


def _said(kind: EntryKind) -> str:
    words: dict[EntryKind, Any] = {
        EntryKind.SOLD: _("sold by the artist"),
        EntryKind.CERTIFIED: _("certificate signed"),
        EntryKind.TRANSFERRED: _("passed on to a new owner"),
        EntryKind.REFUNDED: _("given back and refunded"),
        EntryKind.RELISTED: _("on sale again"),
        EntryKind.WITHHELD: _("withheld"),
        EntryKind.VOIDED: _("taken out of the edition"),
        EntryKind.REPLACED: _("replaced"),
        EntryKind.REVOKED: _("certificate revoked"),
    }
    return str(words.get(kind, ""))
