"""Paying: what a press on Pay does to a session, its intent and its charge."""

from dataclasses import dataclass
from typing import Literal

from storefront.sandbox import charges, disputes, intents
from storefront.sandbox.cards import Card, card_for
from storefront.sandbox.errors import ApiError, conflict
from storefront.sandbox.events import emit
from storefront.sandbox.session_request import customer_details
from storefront.sandbox.sessions import expire_overdue_sessions, get_session, save_session
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, new_id

AUTHENTICATION_FAILED = (
    "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)


@dataclass(frozen=True)
class Outcome:
    """What the buyer sees next; `event` is the completion a redirect waits for."""

    kind: Literal["complete", "declined", "challenge", "ended"]
    message: str | None = None
    event: str | None = None


def press_pay(
    world: World, session_id: str, card: Card, *, email: str | None = None, name: str | None = None
) -> Outcome:
    with world.state.change():
        expire_overdue_sessions(world)
        session = get_session(world, session_id)
        if session["status"] != "open":
            return Outcome("ended")
        intent = _intent_of(world, session)
        session["customer_details"] = customer_details(email or session["customer_email"], name)
        save_session(world, session)
        if card.challenge:
            return _challenge(world, session, intent, card)
        if card.delayed:
            return _promise(world, session, intent)
        return _charge(world, session, intent, card)


def answer_challenge(world: World, session_id: str, *, approved: bool) -> Outcome:
    with world.state.change():
        expire_overdue_sessions(world)
        session = get_session(world, session_id)
        if session["status"] != "open" or not session["payment_intent"]:
            return Outcome("ended")
        intent = intents.get_intent(world, session["payment_intent"])
        if intent["status"] != "requires_action":
            return Outcome("declined", "There is nothing to approve. Please enter the card again.")
        if approved:
            return _charge(world, session, intent, card_for(intent.pop("_card_number")))
        return _decline(world, intent, "payment_intent_authentication_failure", AUTHENTICATION_FAILED)


def finish_delayed(world: World, session_id: str, *, succeeded: bool) -> Row:
    """The money of a delayed method arrives, or doesn't."""
    with world.state.change():
        session = get_session(world, session_id)
        intent = intents.get_intent(world, session["payment_intent"]) if session["payment_intent"] else None
        if intent is None or intent["status"] != "processing":
            raise conflict("No delayed payment of this session is being processed.")
        if succeeded:
            _succeed(world, intent, card_for("4242424242424242"), session)
            session["payment_status"] = "paid"
            save_session(world, session)
            emit(world, "checkout.session.async_payment_succeeded", session)
        else:
            _decline(world, intent, "payment_intent_payment_attempt_failed", "The payment did not arrive.")
            emit(world, "checkout.session.async_payment_failed", session)
        return session


def _intent_of(world: World, session: Row) -> Row:
    if session["payment_intent"]:
        return intents.get_intent(world, session["payment_intent"])
    intent = intents.create_intent(world, session)
    session["payment_intent"] = intent["id"]
    return intent


def _challenge(world: World, session: Row, intent: Row, card: Card) -> Outcome:
    url = f"{world.base_url}/c/pay/{session['id']}/challenge"
    intent |= {
        "status": "requires_action",
        "next_action": {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": None}},
        "_card_number": card.number,
    }
    intents.save_intent(world, intent)
    emit(world, "payment_intent.requires_action", intent)
    return Outcome("challenge")


def _promise(world: World, session: Row, intent: Row) -> Outcome:
    intent["status"] = "processing"
    intents.save_intent(world, intent)
    emit(world, "payment_intent.processing", intent)
    return _complete(world, session, "unpaid")


def _charge(world: World, session: Row, intent: Row, card: Card) -> Outcome:
    if card.code is not None:
        charge = charges.create_charge(world, intent, card, email=_email(session))
        intent["latest_charge"] = charge["id"]
        return _decline(world, intent, card.code, card.message or "", decline_code=card.decline_code)
    charge = _succeed(world, intent, card, session)
    outcome = _complete(world, session, "unpaid" if intent["status"] == "requires_capture" else "paid")
    if card.dispute:
        disputes.open_dispute(world, charge, reason=card.dispute, inquiry=card.inquiry)
    if card.fraud_warning:
        _warn_of_fraud(world, charge)
    return outcome


def _succeed(world: World, intent: Row, card: Card, session: Row) -> Row:
    charge = charges.create_charge(world, intent, card, email=_email(session))
    manual = intent["capture_method"] == "manual"
    intent |= {
        "status": "requires_capture" if manual else "succeeded",
        "amount_capturable": intent["amount"] if manual else 0,
        "amount_received": 0 if manual else intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": charge["payment_method"],
    }
    intents.save_intent(world, intent)
    emit(world, "payment_intent.amount_capturable_updated" if manual else "payment_intent.succeeded", intent)
    return charge


def _complete(world: World, session: Row, payment_status: str) -> Outcome:
    session |= {"status": "complete", "payment_status": payment_status, "url": None}
    save_session(world, session)
    return Outcome("complete", event=emit(world, "checkout.session.completed", session)["id"])


def _decline(world: World, intent: Row, code: str, message: str, *, decline_code: str | None = None) -> Outcome:
    error = ApiError(402, message, code=code, kind="card_error").body()["error"]
    if decline_code:
        error["decline_code"] = decline_code
    intent |= {"status": "requires_payment_method", "last_payment_error": error, "next_action": None}
    intents.save_intent(world, intent)
    emit(world, "payment_intent.payment_failed", intent)
    return Outcome("declined", message)


def _warn_of_fraud(world: World, charge: Row) -> None:
    warning = {
        "id": new_id("issfr_"),
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge["id"],
        "created": int(world.now()),
        "fraud_type": "made_with_stolen_card",
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    emit(world, "radar.early_fraud_warning.created", warning)


def _email(session: Row) -> str | None:
    details = session["customer_details"]
    return details["email"] if details else None
