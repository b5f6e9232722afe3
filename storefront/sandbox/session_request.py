"""A session as it is asked for: what is checked, and the object that comes of it."""

from urllib.parse import urlsplit

from storefront.sandbox.errors import invalid_parameter, missing_parameter, not_offered
from storefront.sandbox.line_items import build_line_items
from storefront.sandbox.state import Row

NOT_OFFERED = (
    "after_expiration",
    "discounts",
    "optional_items",
    "subscription_data",
    "setup_intent_data",
    "custom_fields",
)
LIMITS = {"metadata keys": 50, "metadata key": 40, "metadata value": 500, "client_reference_id": 200}
MAX_TOTAL = 99_999_999


def new_session(params: Row, *, session_id: str, now: int, expires_at: int, url: str) -> Row:
    check_session_request(params)
    items = build_line_items(params["line_items"], now)
    subtotal = sum(item["amount_total"] for item in items)
    shipping = _shipping_amount(params)
    total = subtotal + shipping
    if total > MAX_TOTAL:
        raise invalid_parameter("line_items", "The total is larger than a charge can be.", code="amount_too_large")
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": subtotal,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "currency": items[0]["currency"],
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": _custom_text(params),
        "customer": None,
        "customer_account": None,
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": _customer_details(params.get("customer_email")),
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "expires_at": expires_at,
        "integration_identifier": None,
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": params.get("locale"),
        "managed_payments": {"enabled": False},
        "metadata": params.get("metadata") or {},
        "mode": "payment",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": _shipping_cost(shipping) if shipping else None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": shipping, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": url,
        "wallet_options": None,
        "_line_items": items,
        "_intent_data": params.get("payment_intent_data", {}),
    }


def check_session_request(params: Row) -> None:
    for name in ("mode", "line_items", "success_url"):
        if name not in params:
            raise missing_parameter(name)
    _check_is_offered(params)
    for name in ("success_url", "cancel_url"):
        if name in params and not _is_web_address(params[name]):
            raise invalid_parameter(name, "Not a valid URL", code="url_invalid")
    if params.get("allowed_payment_method_types") and params.get("excluded_payment_method_types"):
        message = (
            "You may only specify one of these parameters: allowed_payment_method_types, excluded_payment_method_types."
        )
        raise invalid_parameter("allowed_payment_method_types", message)
    if len(params.get("client_reference_id", "")) > LIMITS["client_reference_id"]:
        raise invalid_parameter("client_reference_id", "Invalid string: must be at most 200 characters")
    check_metadata(params.get("metadata"), "metadata")
    check_metadata(params.get("payment_intent_data", {}).get("metadata"), "payment_intent_data[metadata]")


def _check_is_offered(params: Row) -> None:
    if params["mode"] != "payment":
        raise not_offered(f"mode={params['mode']}")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_offered(f"ui_mode={params['ui_mode']}")
    if params.get("automatic_tax", {}).get("enabled"):
        raise not_offered("automatic_tax[enabled]")
    for name in NOT_OFFERED:
        if params.get(name):
            raise not_offered(name)


def check_metadata(metadata: dict[str, str] | str | None, path: str) -> None:
    if not isinstance(metadata, dict):
        return
    if len(metadata) > LIMITS["metadata keys"]:
        raise invalid_parameter(path, "Metadata can have up to 50 keys.")
    for name, value in metadata.items():
        if len(name) > LIMITS["metadata key"]:
            raise invalid_parameter(path, "Metadata keys can be at most 40 characters long.")
        if len(value) > LIMITS["metadata value"]:
            raise invalid_parameter(f"{path}[{name}]", "Metadata values can be at most 500 characters long.")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _shipping_amount(params: Row) -> int:
    options = params.get("shipping_options") or []
    if not options:
        return 0
    data = options[0].get("shipping_rate_data", {})
    if len(options) > 1 or "fixed_amount" not in data:
        raise not_offered("shipping_options")
    amount: int = data["fixed_amount"]["amount"]
    return amount


def _shipping_cost(amount: int) -> Row:
    return {"amount_subtotal": amount, "amount_tax": 0, "amount_total": amount, "shipping_rate": None}


def _custom_text(params: Row) -> Row:
    given = params.get("custom_text", {})
    places = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return {place: {"message": given[place]["message"]} if given.get(place) else None for place in places}


def _customer_details(email: str | None) -> Row | None:
    return customer_details(email) if email else None


def customer_details(email: str | None, name: str | None = None) -> Row:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }
