"""Disputes: a bank takes the money back, and evidence decides who keeps it."""

from storefront.sandbox import charges
from storefront.sandbox.errors import conflict, no_such
from storefront.sandbox.events import emit
from storefront.sandbox.listing import list_rows
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, new_id

EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)
ENDED = ("won", "lost", "warning_closed")
ANSWER_WITHIN = 9 * 24 * 3600


def open_dispute(world: World, charge: Row, *, reason: str = "fraudulent", inquiry: bool = False) -> Row:
    """An inquiry only asks; anything else takes the money at once."""
    if charge["disputed"]:
        raise conflict("This charge is disputed already.")
    charge |= {"disputed": True, "_inquiry": inquiry}
    charges.save_charge(world, charge)
    dispute = _new_dispute(world, charge, reason=reason, inquiry=inquiry)
    world.state.put("dispute", dispute)
    emit(world, "charge.dispute.created", dispute)
    if not inquiry:
        emit(world, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def retrieve_dispute(world: World, _params: Row, dispute_id: str) -> Row:
    return get_dispute(world, dispute_id)


def list_disputes(world: World, params: Row) -> Row:
    wanted = {name: params[name] for name in ("charge", "payment_intent") if name in params}
    return list_rows(
        world,
        "dispute",
        params,
        lambda dispute: all(dispute[name] == value for name, value in wanted.items()),
        url="/v1/disputes",
    )


def update_dispute(world: World, params: Row, dispute_id: str) -> Row:
    """Evidence that says `winning_evidence` wins, `losing_evidence` loses, anything else waits for the bank."""
    dispute = get_dispute(world, dispute_id)
    _require_open(dispute)
    before = {"status": dispute["status"]}
    evidence = {name: value or None for name, value in params.get("evidence", {}).items() if name in EVIDENCE}
    dispute["evidence"] |= evidence
    dispute["metadata"] |= params.get("metadata") or {}
    dispute["evidence_details"]["has_evidence"] = any(dispute["evidence"][name] for name in EVIDENCE)
    if params.get("submit", True) and evidence:
        dispute["evidence_details"]["submission_count"] += 1
        dispute["status"] = "warning_under_review" if _is_inquiry(dispute) else "under_review"
    world.state.put("dispute", dispute)
    emit(world, "charge.dispute.updated", dispute, previous=before)
    if params.get("submit", True):
        _judge(world, dispute)
    return dispute


def close_dispute(world: World, _params: Row, dispute_id: str) -> Row:
    """The shop accepts it, and the money is gone."""
    dispute = get_dispute(world, dispute_id)
    _require_open(dispute)
    _end(world, dispute, "lost")
    return dispute


def get_dispute(world: World, dispute_id: str) -> Row:
    dispute = world.state.find("dispute", dispute_id)
    if dispute is None:
        raise no_such("dispute", dispute_id)
    return dispute


def _judge(world: World, dispute: Row) -> None:
    verdict = dispute["evidence"]["uncategorized_text"]
    if verdict == "winning_evidence":
        _end(world, dispute, "warning_closed" if _is_inquiry(dispute) else "won")
    elif verdict == "losing_evidence":
        _end(world, dispute, "lost")


def _end(world: World, dispute: Row, status: str) -> None:
    dispute["status"] = status
    world.state.put("dispute", dispute)
    emit(world, "charge.dispute.closed", dispute)
    if status == "won":
        emit(world, "charge.dispute.funds_reinstated", dispute)


def _is_inquiry(dispute: Row) -> bool:
    return bool(dispute["status"].startswith("warning_"))


def _require_open(dispute: Row) -> None:
    if dispute["status"] in ENDED:
        raise conflict("This dispute is already closed.", "dispute_already_closed")


def _new_dispute(world: World, charge: Row, *, reason: str, inquiry: bool) -> Row:
    now = int(world.now())
    case = {"brand": "visa", "case_type": "inquiry" if inquiry else "chargeback", "network_reason_code": "10.4"}
    return {
        "id": new_id("du_"),
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + ANSWER_WITHIN,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"type": "card", "card": case},
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
