"""Charges: one try at a card, kept whether it worked or not."""

from storefront.sandbox.cards import Card
from storefront.sandbox.errors import no_such
from storefront.sandbox.events import emit
from storefront.sandbox.listing import list_rows
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, new_id

BALANCE_DELAY = 1.0


def create_charge(world: World, intent: Row, card: Card, *, email: str | None) -> Row:
    """A charge that succeeded (and is captured unless the intent says manual), or failed as the card says."""
    failed = card.code is not None
    captured = not failed and intent["capture_method"] != "manual"
    charge: Row = {
        "id": new_id("ch_"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if captured else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": _billing_details(email),
        "calculated_statement_descriptor": None,
        "captured": captured,
        "created": int(world.now()),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": card.code,
        "failure_message": card.message,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": _outcome(card),
        "paid": not failed,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm_"),
        "payment_method_details": {"type": "card", "card": _card_details(card, intent["amount"])},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "failed" if failed else "succeeded",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
        "_refund_status": card.refund_status,
    }
    # The money reaches the balance a moment after the charge (automatic_async), and `charge.updated` says so.
    world.state.put("charge", charge, due_at=world.now() + BALANCE_DELAY if captured else None)
    emit(world, "charge.failed" if failed else "charge.succeeded", charge)
    return charge


def retrieve_charge(world: World, _params: Row, charge_id: str) -> Row:
    return get_charge(world, charge_id)


def list_charges(world: World, params: Row) -> Row:
    intent_id = params.get("payment_intent")
    return list_rows(
        world, "charge", params, lambda charge: intent_id in (None, charge["payment_intent"]), url="/v1/charges"
    )


def capture_charge(world: World, charge_id: str, amount: int) -> None:
    charge = get_charge(world, charge_id)
    charge |= {"captured": True, "amount_captured": amount, "balance_transaction": new_id("txn_")}
    save_charge(world, charge)
    emit(world, "charge.captured", charge)


def void_charge(world: World, charge_id: str) -> None:
    charge = get_charge(world, charge_id)
    charge |= {"refunded": True, "amount_refunded": charge["amount"]}
    save_charge(world, charge)
    emit(world, "charge.refunded", charge)


def settle_balances(world: World) -> None:
    with world.state.change():
        for charge in world.state.due("charge", world.now()):
            charge["balance_transaction"] = new_id("txn_")
            save_charge(world, charge)
            emit(world, "charge.updated", charge, previous={"balance_transaction": None})


def get_charge(world: World, charge_id: str) -> Row:
    charge = world.state.find("charge", charge_id)
    if charge is None:
        raise no_such("charge", charge_id)
    return charge


def save_charge(world: World, charge: Row) -> None:
    waits = charge["captured"] and charge["balance_transaction"] is None
    world.state.put("charge", charge, due_at=charge["created"] + BALANCE_DELAY if waits else None)


def _billing_details(email: str | None) -> Row:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {"address": address, "email": email, "name": None, "phone": None, "tax_id": None}


def _outcome(card: Card) -> Row:
    declined = card.code is not None
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if declined else "approved_by_network",
        "reason": (card.decline_code or card.code) if declined else None,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "The bank declined the payment." if declined else "Payment complete.",
        "type": "issuer_declined" if declined else "authorized",
    }


def _card_details(card: Card, amount: int) -> Row:
    return {
        "amount_authorized": amount if card.code is None else None,
        "authorization_code": None,
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "fail" if card.code == "incorrect_cvc" else "pass",
        },
        "country": "US",
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": card.fingerprint,
        "funding": "credit",
        "installments": None,
        "last4": card.number[-4:],
        "mandate": None,
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }
