"""Checkout sessions: open, then complete or expired, once and for good."""

from storefront.sandbox import intents
from storefront.sandbox.errors import conflict, invalid_parameter, no_such
from storefront.sandbox.events import emit
from storefront.sandbox.line_items import line_item_list
from storefront.sandbox.listing import list_rows
from storefront.sandbox.session_request import new_session
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, new_id

SHORTEST, LONGEST = 30 * 60, 24 * 3600


def create_session(world: World, params: Row) -> Row:
    now = int(world.now())
    session_id = new_id("cs_test_a1", 56)
    session = new_session(
        params,
        session_id=session_id,
        now=now,
        expires_at=_expires_at(params, now),
        url=f"{world.base_url}/c/pay/{session_id}",
    )
    save_session(world, session)
    return session


def retrieve_session(world: World, _params: Row, session_id: str) -> Row:
    return get_session(world, session_id)


def list_sessions(world: World, params: Row) -> Row:
    wanted = {name: params[name] for name in ("status", "payment_intent") if name in params}
    return list_rows(
        world,
        "checkout.session",
        params,
        lambda session: all(session[name] == value for name, value in wanted.items()),
        url="/v1/checkout/sessions",
    )


def list_line_items(world: World, params: Row, session_id: str) -> Row:
    return line_item_list(get_session(world, session_id), params)


def expire_session(world: World, _params: Row, session_id: str) -> Row:
    session = get_session(world, session_id)
    if session["status"] != "open":
        raise conflict(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of `{session['status']}`."
        )
    end_session(world, session)
    return session


def expire_overdue_sessions(world: World) -> None:
    with world.state.change():
        for session in world.state.due("checkout.session", world.now()):
            end_session(world, session)


def end_session(world: World, session: Row) -> None:
    """Nobody can pay it any more; a payment that had begun is cancelled with it."""
    session |= {"status": "expired", "url": None}
    save_session(world, session)
    if session["payment_intent"]:
        intents.abandon_intent(world, session["payment_intent"])
    emit(world, "checkout.session.expired", session)


def get_session(world: World, session_id: str) -> Row:
    session = world.state.find("checkout.session", session_id)
    if session is None:
        raise no_such("checkout.session", session_id)
    return session


def save_session(world: World, session: Row) -> None:
    is_open = session["status"] == "open"
    world.state.put("checkout.session", session, due_at=session["expires_at"] if is_open else None)


def _expires_at(params: Row, now: int) -> int:
    expires_at: int = params.get("expires_at", now + LONGEST)
    if expires_at < now + SHORTEST:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise invalid_parameter("expires_at", message)
    if expires_at > now + LONGEST:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise invalid_parameter("expires_at", message)
    return expires_at
