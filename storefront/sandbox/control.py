"""The control surface `/_sandbox`: what tests may do to the stand-in, and what real Stripe never offers."""

from dataclasses import asdict
from typing import Any, cast

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from storefront.sandbox import deliveries, disputes, paying, refunds
from storefront.sandbox.cards import card_for
from storefront.sandbox.charges import get_charge
from storefront.sandbox.errors import ApiError, invalid_parameter, missing_parameter
from storefront.sandbox.faults import KINDS, Fault, FaultKind
from storefront.sandbox.pay_page import finish
from storefront.sandbox.state import Row
from storefront.sandbox.world import WebhookPolicy, World, current_world, public

control = Blueprint("control", __name__, url_prefix="/_sandbox")


@control.errorhandler(ApiError)
def refused(error: ApiError) -> ResponseReturnValue:
    return error.body(), error.status


@control.errorhandler(TypeError)
@control.errorhandler(ValueError)
def misspelt(error: Exception) -> ResponseReturnValue:
    return ApiError(400, f"That is not how this control works: {error}").body(), 400


@control.get("/")
def inspect() -> ResponseReturnValue:
    return inspection(current_world())


@control.get("/clock")
def clock() -> ResponseReturnValue:
    return {"now": current_world().now(), "offset": current_world().offset}


@control.post("/clock")
def move_clock() -> ResponseReturnValue:
    given = _given()
    advance(
        current_world(),
        float(given["offset"]) - current_world().offset if "offset" in given else float(given.get("advance", 0)),
    )
    return clock()


@control.get("/faults")
def waiting_faults() -> ResponseReturnValue:
    return {"faults": [asdict(fault) for fault in current_world().faults.waiting()]}


@control.post("/faults")
def add_fault() -> ResponseReturnValue:
    given = _given()
    times = int(given.pop("times", 1))
    current_world().faults.add(new_fault(**given), times)
    return waiting_faults()


@control.delete("/faults")
def clear_faults() -> ResponseReturnValue:
    current_world().faults.clear()
    return waiting_faults()


@control.post("/rate")
def limit_rate() -> ResponseReturnValue:
    per_second = _given().get("per_second")
    current_world().faults.limit_rate(float(per_second) if per_second else None)
    return {"per_second": per_second}


@control.post("/webhooks")
def set_policy() -> ResponseReturnValue:
    given = _given()
    current_world().policy = WebhookPolicy(**{**given, "types": tuple(given.get("types", ()))})
    return asdict(current_world().policy)


@control.post("/events/<event_id>/deliver")
def redeliver(event_id: str) -> ResponseReturnValue:
    return {"owed": deliveries.redeliver(current_world(), event_id)}


@control.post("/sessions/<session_id>/pay")
def pay(session_id: str) -> ResponseReturnValue:
    given = _given()
    return asdict(pay_headless(current_world(), session_id, **given))


@control.post("/sessions/<session_id>/challenge")
def challenge(session_id: str) -> ResponseReturnValue:
    return asdict(answer_headless(current_world(), session_id, approved=bool(_given().get("approved", True))))


@control.post("/sessions/<session_id>/delayed")
def delayed(session_id: str) -> ResponseReturnValue:
    session = paying.finish_delayed(current_world(), session_id, succeeded=bool(_given().get("succeeded", True)))
    current_world().announce()
    return public(session)


@control.post("/disputes")
def dispute() -> ResponseReturnValue:
    given = _given()
    if "charge" not in given:
        raise missing_parameter("charge")
    return public(open_dispute(current_world(), given.pop("charge"), **given))


@control.post("/refunds/<refund_id>")
def settle_refund(refund_id: str) -> ResponseReturnValue:
    refund = refunds.settle_refund(current_world(), refund_id, succeeded=_given().get("status") != "failed")
    current_world().announce()
    return public(refund)


@control.post("/reset")
def reset() -> ResponseReturnValue:
    current_world().reset()
    return inspection(current_world())


def inspection(world: World) -> Row:
    """Numbers only: what is kept, what was asked, what is still owed."""
    return {
        "now": world.now(),
        "offset": world.offset,
        "rows": world.state.counts(),
        "requests": dict(world.counts),
        "faults": len(world.faults.waiting()),
        "policy": asdict(world.policy),
    }


def advance(world: World, seconds: float) -> None:
    """Move the clock, and do at once what the new time makes true."""
    world.set_offset(world.offset + seconds)
    deliveries.act_on_time(world)
    world.announce()


def new_fault(kind: str, **more: Any) -> Fault:  # numbers and strings, as JSON had them
    if kind not in KINDS:
        raise invalid_parameter("kind", f"Invalid kind: must be one of {', '.join(KINDS)}")
    return Fault(cast("FaultKind", kind), **more)


def pay_headless(world: World, session_id: str, card: str = "4242424242424242", *, hold: bool = True) -> paying.Outcome:
    outcome = paying.press_pay(world, session_id, card_for(card), email="buyer@example.org")
    return _finished(world, outcome, hold=hold)


def answer_headless(world: World, session_id: str, *, approved: bool, hold: bool = True) -> paying.Outcome:
    return _finished(world, paying.answer_challenge(world, session_id, approved=approved), hold=hold)


def open_dispute(world: World, charge_id: str, **how: Any) -> Row:  # reason and inquiry, as JSON had them
    with world.state.change():
        dispute = disputes.open_dispute(world, get_charge(world, charge_id), **how)
    world.announce()
    return dispute


def _finished(world: World, outcome: paying.Outcome, *, hold: bool) -> paying.Outcome:
    if hold:
        finish(world, outcome)
    else:
        world.announce()
    return outcome


def _given() -> Row:
    given = request.get_json(silent=True) if request.data else {}
    if not isinstance(given, dict):
        raise invalid_parameter("body", "Send a JSON object.")
    return given
