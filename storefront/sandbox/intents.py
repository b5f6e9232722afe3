"""Payment intents: one per session, made at the first press on Pay."""

from storefront.sandbox import charges
from storefront.sandbox.errors import conflict, invalid_parameter, no_such
from storefront.sandbox.events import emit
from storefront.sandbox.listing import list_rows
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, new_id


def create_intent(world: World, session: Row) -> Row:
    """The session's metadata is not copied: only `payment_intent_data.metadata` reaches the intent."""
    data = session["_intent_data"]
    intent_id = new_id("pi_")
    intent: Row = {
        "id": intent_id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_secret_{new_id('')}",
        "confirmation_method": "automatic",
        "created": int(world.now()),
        "currency": session["currency"],
        "customer": None,
        "customer_account": None,
        "description": data.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": None,
        "metadata": data.get("metadata") or {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": data.get("receipt_email"),
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": data.get("statement_descriptor"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": data.get("transfer_group"),
    }
    save_intent(world, intent)
    emit(world, "payment_intent.created", intent)
    return intent


def retrieve_intent(world: World, _params: Row, intent_id: str) -> Row:
    return get_intent(world, intent_id)


def list_intents(world: World, params: Row) -> Row:
    return list_rows(world, "payment_intent", params, url="/v1/payment_intents")


def capture_intent(world: World, params: Row, intent_id: str) -> Row:
    intent = get_intent(world, intent_id)
    _require_capturable(intent, "captured")
    amount: int = params.get("amount_to_capture") or intent["amount_capturable"]
    if not 1 <= amount <= intent["amount_capturable"]:
        raise invalid_parameter(
            "amount_to_capture", "The amount is more than can be captured.", code="amount_too_large"
        )
    intent |= {"status": "succeeded", "amount_capturable": 0, "amount_received": amount}
    save_intent(world, intent)
    charges.capture_charge(world, intent["latest_charge"], amount)
    emit(world, "payment_intent.succeeded", intent)
    return intent


def cancel_intent(world: World, params: Row, intent_id: str) -> Row:
    intent = get_intent(world, intent_id)
    if intent["status"] != "requires_capture":
        raise conflict(
            "You can only cancel the PaymentIntent of a Checkout Session when it has a status of requires_capture."
            " Otherwise, expire the Checkout Session.",
            "payment_intent_unexpected_state",
        )
    charges.void_charge(world, intent["latest_charge"])
    _cancel(world, intent, params.get("cancellation_reason"))
    return intent


def abandon_intent(world: World, intent_id: str) -> None:
    """Its session has ended without payment."""
    _cancel(world, get_intent(world, intent_id), "expired")


def get_intent(world: World, intent_id: str) -> Row:
    intent = world.state.find("payment_intent", intent_id)
    if intent is None:
        raise no_such("payment_intent", intent_id, param="intent")
    return intent


def save_intent(world: World, intent: Row) -> None:
    world.state.put("payment_intent", intent)


def _cancel(world: World, intent: Row, reason: str | None) -> None:
    intent |= {
        "status": "canceled",
        "amount_capturable": 0,
        "canceled_at": int(world.now()),
        "cancellation_reason": reason,
        "next_action": None,
    }
    save_intent(world, intent)
    emit(world, "payment_intent.canceled", intent)


def _require_capturable(intent: Row, done: str) -> None:
    if intent["status"] != "requires_capture":
        message = (
            f"This PaymentIntent could not be {done} because it has a status of {intent['status']}."
            f" Only a PaymentIntent with one of the following statuses may be {done}: requires_capture."
        )
        raise conflict(message, "payment_intent_unexpected_state")
