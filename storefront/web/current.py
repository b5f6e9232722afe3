"""Who is asking: the account behind the cookie, the buyer it acts as, and the rows it may see."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, Response, g, request
from flask import session as cookie
from flask_login import UserMixin, current_user, login_user, logout_user
from sqlalchemy import ColumnElement, or_
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from storefront.accounts import buyers, sessions
from storefront.accounts.buyers import Buyer
from storefront.accounts.people import Account
from storefront.accounts.sessions import SignedIn
from storefront.accounts.throttle import place_of
from storefront.extensions import login, services
from storefront.ids import new_token, token_hash
from storefront.inventory.dealing import Identity
from storefront.inventory.places import place_for
from storefront.outbox.mail import one_line

_KEPT = ("guest", "orders", "turns")  # the holds, orders and turns of the guest who signs in now
_MOST_TURNS = 20  # mailed links one cookie may keep


@dataclass(frozen=True)
class Viewer:
    """`placed_by`: buyers this browser acted as; `buyer_ids`: those of a confirmed account, whose every row it sees."""

    placed_by: tuple[int, ...]
    buyer_ids: tuple[int, ...] = ()

    def sees(self, model: type[Any]) -> ColumnElement[bool]:
        """A condition on a hold's or an order's row: this viewer may see it."""
        mine: ColumnElement[bool] = model.placed_by.in_(self.placed_by)
        return or_(mine, model.buyer_id.in_(self.buyer_ids)) if self.buyer_ids else mine


def init_app(app: Flask) -> None:
    # Not login.init_app(): it reads the session cookie for every template and every answer, and public pages must not.
    app.login_manager = login  # type: ignore[attr-defined]  # where Flask-Login looks for it
    app.config["REMEMBER_COOKIE_NAME"] = ";"  # no cookie can be called that: the session row alone remembers
    login.session_protection = None  # the row ends a session, not a new address of the phone
    login.user_loader(_load)
    app.after_request(_write_seen)


def current_account() -> Account | None:
    """The signed-in account, or None for a guest. Not for public pages: it reads the cookie."""
    found = signed_in()
    return found.account if found is not None else None


def signed_in() -> SignedIn | None:
    """The signed-in account with its session. Not for public pages."""
    found: SignedIn | None = current_user.found if current_user.is_authenticated else None
    return found


def sign_in(session: Session, account: Account, *, at: datetime) -> None:
    """Begin a session for this browser. What the cookie knew before is forgotten, but for what was bought."""
    _end_present(session, at)
    token = sessions.begin(session, account.id, one_line(request.user_agent.string), at=at)
    kept = {name: cookie[name] for name in _KEPT if name in cookie}
    cookie.clear()
    cookie.update(kept)
    cookie.permanent = True
    found = sessions.find_signed_in(session, token, at=at)
    if found is not None:
        login_user(_Person(token, found))


def sign_out(session: Session, *, at: datetime) -> None:
    """End this browser's session for good, and forget the guest too: the next person at it is somebody else."""
    _end_present(session, at)
    logout_user()
    cookie.clear()


def renew_sign_in(session: Session) -> None:
    """After a change of privilege (a first studio, a new password): the token known so far opens nothing more."""
    found = signed_in()
    if found is not None:
        keep_token(sessions.rotate(session, found.session_id))


def keep_token(token: str) -> None:
    """Put the session's new token into this browser's cookie."""
    cookie["_user_id"] = token
    cookie.pop("csrf_token", None)


def client_place() -> str:
    """Where the request comes from, for limits only. Behind a proxy it is right when TRUSTED_PROXIES is."""
    return place_of(request.remote_addr)


def client_block(edition_id: int) -> str | None:
    """The address block the request comes from, by the name it has in this edition (see `inventory.places`)."""
    return place_for(request.remote_addr, edition_id, key=services().settings.address_key.encode())


def guest_hash() -> str | None:
    """The hash of this browser's guest token, if it has one."""
    token = cookie.get("guest")
    return token_hash(token) if token else None


def turn_hashes() -> list[str]:
    """The hashes of the mailed waitlist links that were opened in this browser: it is the guest each offer is held for."""
    return [token_hash(token) for token in cookie.get("turns", [])]


def remember_turn(token: str) -> None:
    """Keep a waitlist link that was opened here."""
    others = [known for known in cookie.get("turns", []) if known != token]
    cookie["turns"] = [*others, token][-_MOST_TURNS:]
    cookie.permanent = True


def remember_guest() -> None:
    """Give this browser its guest token. It writes nothing to the database: that waits for the first hold."""
    if "guest" not in cookie:
        cookie["guest"] = new_token()
        cookie.permanent = True


def acting_buyer(session: Session) -> Buyer:
    """The buyer this browser acts as, made when there is none. Needs remember_guest() before."""
    identity, who = acting_as()
    at = services().clock.now()
    if identity is Identity.GUEST:
        return buyers.guest(session, str(who), at=at)
    return buyers.of_account(session, int(who), at=at)


def acting_as() -> tuple[Identity, str | int]:
    """For whom a hold is placed now: an account, or the guest's hash. Needs remember_guest() before."""
    account = current_account()
    if account is None:
        return Identity.GUEST, token_hash(cookie["guest"])
    return (Identity.ACCOUNT if account.confirmed_at is None else Identity.CONFIRMED), account.id


def viewer(session: Session) -> Viewer:
    """What this browser may see, without writing anything."""
    placed_by = []
    if (hashed := guest_hash()) is not None and (guest := buyers.find_guest(session, hashed)) is not None:
        placed_by.append(guest.id)
    if turns := turn_hashes():
        placed_by += buyers.list_guest_ids(session, turns)
    account = current_account()
    own = buyers.find_of_account(session, account.id) if account is not None else None
    if account is None or own is None:
        return Viewer(tuple(placed_by))
    ids = (own.id, *buyers.list_joined_ids(session, own.id))
    return Viewer((*placed_by, *ids), ids if account.confirmed_at is not None else ())


class _Person(UserMixin):  # type: ignore[misc]  # Flask-Login publishes no types
    """What Flask-Login keeps: its id is the session's token, never the account's number."""

    def __init__(self, token: str, found: SignedIn) -> None:
        self.found = found
        self._token = token

    def get_id(self) -> str:
        return self._token


def _load(token: str) -> _Person | None:
    at = services().clock.now()
    with services().database.reading() as session:
        found = sessions.find_signed_in(session, token, at=at)
    if found is None:
        return None
    if sessions.is_seen_long_ago(found, at=at):
        g.seen = (found.session_id, at)
    return _Person(token, found)


def _write_seen(response: Response) -> Response:
    """After the view: in the midst of its transaction a second writer would wait for the first, which is itself."""
    if (seen := g.pop("seen", None)) is not None:
        session_id, at = seen
        # A busy database costs the session a minute of its idle time, never the page.
        with suppress(OperationalError, PoolExhausted), services().database.transaction() as session:
            sessions.note_seen(session, session_id, at=at)
    return response


def _end_present(session: Session, at: datetime) -> None:
    present = signed_in()
    if present is not None:
        sessions.end(session, present.account.id, present.session_id, at=at)
