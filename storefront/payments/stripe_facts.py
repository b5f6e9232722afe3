"""Facts: Stripe's JSON said in the shop's words. Expandable fields hold an id or the whole object."""

from datetime import UTC, datetime
from typing import Any

from storefront.payments.gateway import DisputeFacts, EventFacts, RefundFacts, SessionFacts

Json = dict[str, Any]  # an open shape: the contract tests hold it against Stripe's description


def session_facts(session: Json) -> SessionFacts:
    intent = _whole(session["payment_intent"])
    charge = _whole(intent.get("latest_charge"))
    return SessionFacts(
        id=session["id"],
        status=session["status"],
        payment_status=session["payment_status"],
        url=session.get("url"),
        client_reference_id=session["client_reference_id"],
        amount_total=session["amount_total"],
        currency=session["currency"].upper() if session["currency"] else None,
        livemode=session["livemode"],
        metadata=session["metadata"] or {},
        created=_instant(session["created"]),
        expires_at=_instant(session["expires_at"]),
        intent_id=_id(session["payment_intent"]),
        intent_status=intent.get("status"),
        charge_id=_id(intent.get("latest_charge")),
        captured_minor=charge.get("amount_captured", 0),
        card_fingerprint=((charge.get("payment_method_details") or {}).get("card") or {}).get("fingerprint"),
    )


def refund_facts(refund: Json) -> RefundFacts:
    return RefundFacts(
        id=refund["id"],
        status=refund["status"] or "pending",
        amount_minor=refund["amount"],
        currency=refund["currency"].upper(),
        intent_id=_id(refund["payment_intent"]),
        metadata=refund["metadata"] or {},
    )


def dispute_facts(dispute: Json) -> DisputeFacts:
    return DisputeFacts(
        id=dispute["id"],
        status=dispute["status"],
        charge_id=_id(dispute["charge"]) or "",
        intent_id=_id(dispute["payment_intent"]),
        amount_minor=dispute["amount"],
        currency=dispute["currency"].upper(),
        reason=dispute["reason"],
    )


def event_facts(event: Json) -> EventFacts:
    """Raises ValueError, TypeError or KeyError when this is no event; a few honest ones are about things without an id."""
    if event["object"] != "event":
        raise ValueError("Not an event.")
    subject = event["data"]["object"]
    kind, subject_id = _text(subject["object"]), _text(subject.get("id") or "")
    return EventFacts(
        id=_text(event["id"]),
        type=_text(event["type"]),
        object_id=subject_id,
        object_type=kind,
        created=_instant(event["created"]),
        livemode=event["livemode"] is not False,
        session_id=subject_id if kind == "checkout.session" else None,
        intent_id=subject_id if kind == "payment_intent" else _id(subject.get("payment_intent")),
    )


def _whole(expandable: str | Json | None) -> Json:
    return expandable if isinstance(expandable, dict) else {}


def _id(expandable: str | Json | None) -> str | None:
    if expandable is None or isinstance(expandable, str):
        return expandable
    return _text(expandable["id"])


def _instant(seconds: object) -> datetime:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise TypeError("A time is a whole number of seconds.")
    return datetime.fromtimestamp(seconds, UTC)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("An id is text.")
    return value
