"""Refunds: money going back, in whole or in part, never more than was captured."""

from storefront.sandbox import charges, intents
from storefront.sandbox.errors import conflict, invalid_parameter, missing_parameter, no_such
from storefront.sandbox.events import emit
from storefront.sandbox.listing import list_rows
from storefront.sandbox.session_request import check_metadata
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, new_id


def create_refund(world: World, params: Row) -> Row:
    check_metadata(params.get("metadata"), "metadata")
    charge = _charge_to_refund(world, params)
    amount = params.get("amount", _left(charge))
    _check_refundable(charge, amount)
    status = "pending" if charge["_refund_status"] == "pending" else "succeeded"
    refund: Row = {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": new_id("txn_"),
        "charge": charge["id"],
        "created": int(world.now()),
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": {"type": "refund", "reference_status": "pending"}},
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
    world.state.put("refund", refund)
    emit(world, "refund.created", refund)
    _move_money(world, charge, amount)
    emit(world, "charge.refunded", charge)
    if charge["_refund_status"] == "failed":
        settle_refund(world, refund["id"], succeeded=False)
    return refund


def retrieve_refund(world: World, _params: Row, refund_id: str) -> Row:
    return get_refund(world, refund_id)


def list_refunds(world: World, params: Row) -> Row:
    wanted = {name: params[name] for name in ("charge", "payment_intent") if name in params}
    return list_rows(
        world,
        "refund",
        params,
        lambda refund: all(refund[name] == value for name, value in wanted.items()),
        url="/v1/refunds",
    )


def settle_refund(world: World, refund_id: str, *, succeeded: bool) -> Row:
    """The bank's word on a refund; a failed one puts the money back with the shop."""
    with world.state.change():
        refund = get_refund(world, refund_id)
        if refund["status"] in ("failed", "canceled"):
            raise conflict("This refund has ended already.")
        before = refund["status"]
        refund["status"] = "succeeded" if succeeded else "failed"
        if not succeeded:
            refund |= {"failure_reason": "unknown", "failure_balance_transaction": new_id("txn_")}
            _move_money(world, charges.get_charge(world, refund["charge"]), -refund["amount"])
        world.state.put("refund", refund)
        emit(world, "refund.updated", refund, previous={"status": before})
        if not succeeded:
            emit(world, "refund.failed", refund)
        return refund


def get_refund(world: World, refund_id: str) -> Row:
    refund = world.state.find("refund", refund_id)
    if refund is None:
        raise no_such("refund", refund_id)
    return refund


def _charge_to_refund(world: World, params: Row) -> Row:
    if "charge" in params:
        return charges.get_charge(world, params["charge"])
    if "payment_intent" not in params:
        raise missing_parameter("payment_intent")
    intent = intents.get_intent(world, params["payment_intent"])
    if intent["status"] != "succeeded":
        message = (
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            if intent["status"] != "requires_capture"
            else f"This PaymentIntent ({intent['id']}) has not been captured."
        )
        raise conflict(message, "payment_intent_unexpected_state")
    return charges.get_charge(world, intent["latest_charge"])


def _check_refundable(charge: Row, amount: int) -> None:
    if charge["disputed"] and not charge.get("_inquiry"):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise conflict(message, "charge_disputed")
    if charge["refunded"]:
        raise conflict(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    if amount < 1:
        raise invalid_parameter("amount", "Invalid positive integer", code="parameter_invalid_integer")
    if amount > _left(charge):
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({_left(charge)})"
        raise invalid_parameter("amount", message)


def _left(charge: Row) -> int:
    captured, refunded = int(charge["amount_captured"]), int(charge["amount_refunded"])
    return captured - refunded


def _move_money(world: World, charge: Row, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] >= charge["amount_captured"]
    charges.save_charge(world, charge)
