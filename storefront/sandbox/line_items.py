"""Line items: what a session sells, and what it comes to."""

from storefront.sandbox.errors import invalid_parameter, missing_parameter, no_such, not_offered
from storefront.sandbox.listing import page
from storefront.sandbox.state import Row
from storefront.sandbox.world import new_id, public

MAX_LINES = 100


def build_line_items(wanted: list[Row], created: int) -> list[Row]:
    if not wanted or len(wanted) > MAX_LINES:
        raise invalid_parameter("line_items", f"A session has between 1 and {MAX_LINES} line items.")
    items = [_line_item(line, f"line_items[{place}]", created) for place, line in enumerate(wanted)]
    if len({item["currency"] for item in items}) > 1:
        raise invalid_parameter("line_items", "All prices on a Checkout Session must have the same currency.")
    return items


def line_item_list(session: Row, params: Row) -> Row:
    items = [public(item) for item in session["_line_items"]]
    return page(items, params, kind="line item", url=f"/v1/checkout/sessions/{session['id']}/line_items")


def _line_item(line: Row, path: str, created: int) -> Row:
    for name in ("adjustable_quantity", "dynamic_tax_rates", "tax_rates"):
        if name in line:
            raise not_offered(f"{path}[{name}]")
    if "price" in line:
        raise no_such("price", line["price"], param=f"{path}[price]")
    price_data = line.get("price_data")
    if price_data is None:
        raise missing_parameter(f"{path}[price_data]")
    quantity, unit_amount = line.get("quantity"), price_data.get("unit_amount")
    if quantity is None or quantity < 1:
        raise invalid_parameter(f"{path}[quantity]", "This value must be greater than or equal to 1.")
    if unit_amount is None or unit_amount < 0:
        raise invalid_parameter(f"{path}[price_data][unit_amount]", "Invalid non-negative integer")
    product = price_data.get("product_data")
    if product is None:
        raise missing_parameter(f"{path}[price_data][product_data]")
    amount = unit_amount * quantity
    currency = _currency(price_data["currency"], path)
    return {
        "id": new_id("li_"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": product["name"],
        "metadata": line.get("metadata", {}),
        "price": _price(unit_amount, currency, created),
        "quantity": quantity,
        "_detail": product.get("description"),
    }


def _currency(code: str, path: str) -> str:
    if len(code) != 3 or not code.isascii() or not code.isalpha():  # noqa: PLR2004  ISO 4217
        raise invalid_parameter(f"{path}[price_data][currency]", f"Invalid currency: {code}")
    return code.lower()


def _price(unit_amount: int, currency: str, created: int) -> Row:
    return {
        "id": new_id("price_"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod_", 14),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit_amount,
        "unit_amount_decimal": str(unit_amount),
    }
