"""What is live on a drop's page: the same few numbers for everybody, and a call for what is one's own."""

import hashlib
import json
from base64 import b64encode
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.drops import Drop, find_drop
from storefront.catalog.editions import Edition, NumberPolicy, list_editions
from storefront.extensions import services
from storefront.ids import new_token
from storefront.inventory.holds import UNSOLD, Hold
from storefront.inventory.wall import Showing, Wall, list_walls, showing, showing_at_doors
from storefront.web.current import remember_guest, viewer
from storefront.web.edition_view import minutes_until, own_state
from storefront.web.public import public
from storefront.web.readiness import readiness

HOT, WARM, IDLE = 1_000, 5_000, 20_000
_RUSH = timedelta(minutes=10)
_LAST_MINUTE = timedelta(minutes=1)
_FEW = 10


def live(slug: str) -> Response:
    """The live document; its version changes with what it says, not with the time it tells."""
    at = services().clock.now()
    with services().database.reading() as session:
        drop = _public_drop(session, slug)
        editions = list_editions(session, drop.id)
        walls = list_walls(session, editions, at=at)
    state = showing_at_doors(drop, showing(drop, list(walls.values()), at), at)
    said: dict[str, Any] = {
        "state": state,
        "poll_ms": poll_ms(state, drop, sum(wall.free for wall in walls.values()), at),
        "editions": [_said(edition, walls[edition.id], state, at) for edition in editions],
    }
    if state in (Showing.SCHEDULED, Showing.DOORS):
        said["opens_at"] = int(
            drop.opens_at.timestamp() * 1000
        )  # a page that counts down hears that the opening was put off
    version = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
    body = json.dumps({"v": version, "now": _ms(at), **said})
    return public(body, keep=1, mimetype="application/json", tag=version)


def mine(slug: str) -> ResponseReturnValue:
    """A guest's cookie, the form's token and key, the holds this browser has here, and how ready it is. It writes nothing down."""
    remember_guest()
    at = services().clock.now()
    with services().database.reading() as session:
        drop = _public_drop(session, slug)
        holds = [_hold(hold) for hold in _list_own_holds(session, drop)]
        ready = asdict(readiness(session, drop)) if at < drop.opens_at else {}
    answer = jsonify(csrf=generate_csrf(), key=new_token(), now=_ms(at), holds=holds, ready=ready)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def poll_ms(state: Showing, drop: Drop, free: int, at: datetime) -> int:
    """How soon a page should ask again: often when numbers move, seldom when nothing will."""
    to_opening = drop.opens_at - at
    match state:
        case Showing.SCHEDULED | Showing.DOORS:
            return HOT if to_opening <= _LAST_MINUTE else WARM if to_opening <= _RUSH else IDLE
        case Showing.OPEN | Showing.ALL_HELD:
            return HOT if -to_opening <= _RUSH or free <= _FEW else WARM
        case Showing.PAUSED:
            return WARM
        case _:
            return IDLE


def _public_drop(session: Session, slug: str) -> Drop:
    drop = find_drop(session, slug)
    return drop if drop is not None and drop.is_public else abort(404)


def _said(edition: Edition, wall: Wall, state: Showing, at: datetime) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": edition.id,
        "state": own_state(wall, state),
        "sold": wall.sold,
        "held": wall.held,
        "unsold" if state is Showing.CLOSED else "free": wall.free,  # after the close nothing is to be had
        "returns_at": _ms(wall.returns_at) if wall.returns_at else None,
        "returns_in": minutes_until(wall.returns_at, at),
    }
    if wall.next_free is not None and state is not Showing.CLOSED:
        said["next_free"] = wall.next_free
    if wall.waiting:
        said["waiting"] = wall.waiting
    said["wall"] = {
        kind: _packed(digits) for kind, digits in (("numbered", wall.numbered), ("proof", wall.proofs)) if digits
    }
    return said


def _packed(digits: str) -> str:
    """Four bits a piece, the first in the high half of the first byte, in base64."""
    even = digits + "f" * (len(digits) % 2)
    return b64encode(bytes.fromhex(even)).decode()


def _list_own_holds(session: Session, drop: Drop) -> list[Hold]:
    query = (
        select(Hold)
        .where(Hold.drop_id == drop.id, Hold.state.in_(UNSOLD), viewer(session).sees(Hold))
        .options(joinedload(Hold.edition), joinedload(Hold.piece))
        .order_by(Hold.held_until, Hold.id)
    )
    return list(session.scalars(query))


def _hold(hold: Hold) -> dict[str, Any]:
    if hold.edition.policy is NumberPolicy.SEALED:
        label = _("a sealed number")
    else:
        label = _("number %(n)s of %(of)s", n=hold.piece.number, of=hold.edition.size)
    return {"url": url_for("holding.show", hold_id=hold.id), "label": label, "held_until": _ms(hold.held_until)}


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
