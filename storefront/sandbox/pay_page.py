"""The hosted pay page: a card form, a 3-D Secure page and an ended page, all without script."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from storefront.sandbox import intents
from storefront.sandbox.cards import Card, card_for
from storefront.sandbox.deliveries import wait_until_answered
from storefront.sandbox.errors import ApiError
from storefront.sandbox.paying import Outcome, answer_challenge, press_pay
from storefront.sandbox.sessions import expire_overdue_sessions, get_session
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, current_world

NO_DECIMALS = {
    "bif",
    "clp",
    "djf",
    "gnf",
    "jpy",
    "kmf",
    "krw",
    "mga",
    "pyg",
    "rwf",
    "ugx",
    "vnd",
    "vuv",
    "xaf",
    "xof",
    "xpf",
}


@dataclass(frozen=True)
class CardForm:
    """What was typed; it comes back with the message, except for number and code."""

    number: str = ""
    expiry: str = ""
    code: str = ""
    name: str = ""
    email: str = ""

    def problems(self, now: float) -> dict[str, str]:
        found = {}
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", self.email):
            found["email"] = "Enter an e-mail address, like name@example.org."
        if not self.number.strip():
            found["number"] = "Enter a card number."
        if not re.fullmatch(r"\d{3,4}", self.code, re.ASCII):
            found["code"] = "Enter the three or four digits of the security code."
        if message := _expiry_problem(self.expiry, now):
            found["expiry"] = message
        return found

    def card(self) -> Card:
        month, year = _expiry(self.expiry) or (12, 2034)
        return replace(card_for(self.number), exp_month=month, exp_year=year)


pay_page = Blueprint("pay_page", __name__)


@pay_page.errorhandler(ApiError)
def unknown(_error: ApiError) -> ResponseReturnValue:
    return render_template("ended.html", session=None, back=None), 404


@pay_page.after_request
def protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _policy(()))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@pay_page.get("/c/pay/<session_id>")
def form(session_id: str) -> ResponseReturnValue:
    session = _current(current_world(), session_id)
    if session["status"] != "open":
        return _ended(session)
    return _form(session, CardForm(email=session["customer_email"] or ""))


@pay_page.post("/c/pay/<session_id>")
def pay(session_id: str) -> ResponseReturnValue:
    session = _current(current_world(), session_id)
    if session["status"] != "open":
        return _ended(session)
    typed = _typed(session)
    if problems := typed.problems(current_world().now()):
        return _form(session, typed, problems=problems), 422
    outcome = press_pay(current_world(), session_id, typed.card(), email=typed.email, name=typed.name or None)
    return _after(current_world(), session_id, outcome, typed)


@pay_page.get("/c/pay/<session_id>/challenge")
def challenge(session_id: str) -> ResponseReturnValue:
    session = _current(current_world(), session_id)
    if session["status"] != "open":
        return _ended(session)
    intent = intents.get_intent(current_world(), session["payment_intent"]) if session["payment_intent"] else None
    if intent is None or intent["status"] != "requires_action":
        return redirect(url_for(".form", session_id=session_id), 303)
    return _page(session, render_template("challenge.html", session=session, total=money(session)))


@pay_page.post("/c/pay/<session_id>/challenge")
def answer(session_id: str) -> ResponseReturnValue:
    approved = request.form.get("answer") == "approve"
    return _after(
        current_world(), session_id, answer_challenge(current_world(), session_id, approved=approved), CardForm()
    )


def finish(world: World, outcome: Outcome) -> None:
    """Like Stripe, hold the buyer until the shop has heard of the payment, but not for ever."""
    world.announce()
    if outcome.event:
        wait_until_answered(world, outcome.event, world.hold_seconds)


def money(session: Row, amount: int | None = None) -> str:
    value = session["amount_total"] if amount is None else amount
    currency = session["currency"]
    whole, cents = divmod(value, 100)
    return f"{value:,} {currency.upper()}" if currency in NO_DECIMALS else f"{whole:,}.{cents:02} {currency.upper()}"


def _after(world: World, session_id: str, outcome: Outcome, typed: CardForm) -> ResponseReturnValue:
    finish(world, outcome)
    session = _current(world, session_id)
    if outcome.kind == "complete":
        # The policy goes with the redirect too: browsers hold `form-action` against where a form leads in the end.
        return _page(session, redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id), 303))
    if outcome.kind == "challenge":
        return redirect(url_for(".challenge", session_id=session_id), 303)
    if outcome.kind == "ended":
        return _ended(session)
    typed = replace(typed, email=typed.email or _email(session))
    return _form(session, typed, message=outcome.message), 402


def _current(world: World, session_id: str) -> Row:
    expire_overdue_sessions(world)
    return get_session(world, session_id)


def _typed(session: Row) -> CardForm:
    given = {name: request.form.get(name, "").strip() for name in ("number", "expiry", "code", "name", "email")}
    return CardForm(**{**given, "email": session["customer_email"] or given["email"]})


def _form(
    session: Row, typed: CardForm, *, message: str | None = None, problems: dict[str, str] | None = None
) -> Response:
    lines = [
        {
            "name": item["description"],
            "detail": item["_detail"],
            "quantity": item["quantity"],
            "amount": money(session, item["amount_total"]),
        }
        for item in session["_line_items"]
    ]
    shipping = session["total_details"]["amount_shipping"]
    text = render_template(
        "pay.html",
        session=session,
        lines=lines,
        shipping=money(session, shipping) if shipping else None,
        total=money(session),
        typed=typed,
        message=message,
        problems=problems or {},
    )
    return _page(session, text)


def _ended(session: Row) -> Response:
    back = session["success_url"] if session["status"] == "complete" else session["cancel_url"]
    back = back.replace("{CHECKOUT_SESSION_ID}", session["id"]) if back else None
    return _page(session, render_template("ended.html", session=session, back=back))


def _page(session: Row, content: ResponseReturnValue) -> Response:
    response = make_response(content)
    parts = urlsplit(session["success_url"])
    response.headers["Content-Security-Policy"] = _policy((f"{parts.scheme}://{parts.netloc}",))
    return response


def _policy(form_targets: tuple[str, ...]) -> str:
    actions = " ".join(("'self'", *form_targets))
    return f"default-src 'none'; style-src 'self'; form-action {actions}; base-uri 'none'; frame-ancestors 'none'"


def _expiry(text: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(0?[1-9]|1[0-2])\s*[/ -]?\s*((?:20)?\d\d)", text.strip(), re.ASCII)
    return (int(found[1]), 2000 + int(found[2]) % 100) if found else None


def _expiry_problem(text: str, now: float) -> str | None:
    expiry = _expiry(text)
    if expiry is None:
        return "Enter the expiry as month and year, like 12 / 34."
    today = datetime.fromtimestamp(now, UTC)
    month, year = expiry
    return "Your card's expiration date is in the past." if (year, month) < (today.year, today.month) else None


def _email(session: Row) -> str:
    details = session["customer_details"]
    return (details["email"] if details else None) or ""
