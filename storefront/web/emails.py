"""What the shop writes to people: each kind of message, from the ids it carries to a mail. Works outside a request."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from flask import Flask, render_template
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts import tokens
from storefront.accounts.people import Account
from storefront.accounts.tokens import AccountToken
from storefront.catalog.editions import NumberPolicy
from storefront.catalog.pins import Pin
from storefront.extensions import services
from storefront.inventory.pieces import PieceKind
from storefront.inventory.turns import TurnState
from storefront.money import Money
from storefront.orders.links import write_out_link
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.outbox.delivery import Courier, Renderer
from storefront.outbox.kinds import Kind
from storefront.outbox.mail import Mail, Sender
from storefront.outbox.transport import Folder, Smtp
from storefront.payments.money_moved import Refund
from storefront.postal.labels import label_lines
from storefront.provenance.certificates import OWNED
from storefront.provenance.issuing import issue
from storefront.web import transfer_letters
from storefront.web.backs import blank_of
from storefront.web.certificates import grouped
from storefront.web.follow_mails import confirm_follow, drop_cancelled, drop_news
from storefront.web.letters import Letter, keys, known_locale, link_to
from storefront.web.office_mails import check_failed, daily_digest, drop_opened, drop_sold_out
from storefront.web.waitlist_mails import of_turn

_SUBJECTS = {
    Kind.CONFIRM_ADDRESS: _l("Confirm your address"),
    Kind.RESET_PASSWORD: _l("Choose a new password"),
    Kind.CHANGE_ADDRESS: _l("Confirm your new address"),
    Kind.ADDRESS_CHANGED: _l("Your address was changed"),
    Kind.ACCOUNT_EXISTS: _l("You have an account here"),
    Kind.ORDER_PAID: _l("Your order %(code)s"),
    Kind.ORDER_REFUNDED: _l("Your money is on its way back, order %(code)s"),
    Kind.HOLD_LOST: _l("Your number went back, order %(code)s"),
    Kind.CONFIRM_FOLLOW: _l("Confirm that we may write to you"),
    Kind.DROP_ANNOUNCED: _l("New from %(artist)s: %(title)s"),
    Kind.DROP_MOVED: _l("%(title)s by %(artist)s opens at another time"),
    Kind.DROP_REMINDER: _l("%(title)s by %(artist)s opens in ten minutes"),
    Kind.DROP_CANCELLED: _l("%(title)s by %(artist)s will not be sold"),
    Kind.TRANSFER_OFFERED: _l("A link passes your pin on"),
    Kind.TRANSFER_LINK: _l("Somebody gives you a pin"),
    Kind.TRANSFER_GIVEN: _l("Your pin has a new owner"),
    Kind.TRANSFER_TAKEN: _l("The pin is yours"),
    Kind.PIECE_RECALLED: _l("A certificate of yours is revoked"),
    Kind.WAITLIST_ASKED: _l("Join the waitlist for %(title)s"),
    Kind.WAITLIST_JOINED: _l("You are on the waitlist for %(title)s"),
    Kind.WAITLIST_OFFER: _l("It is your turn: %(title)s"),
    Kind.WAITLIST_OVER: _l("The waitlist for %(title)s has ended"),
    Kind.DROP_OPENED: _l("%(title)s is open"),
    Kind.DROP_SOLD_OUT: _l("%(title)s is sold out"),
    Kind.DAILY_DIGEST: _l("What %(artist)s sold on %(day)s"),
    Kind.CHECK_FAILED: _l("A check failed: look at the shop"),
}


@dataclass(frozen=True)
class LineFacts:
    """One piece on a receipt; `number` is None while it is sealed."""

    title: str
    number: int | None
    of: int
    is_proof: bool
    price: Money
    certificate: str = ""
    back: str = ""  # where its picture is


def make_renderer(app: Flask) -> Renderer:
    return partial(_render, app)


def make_courier(app: Flask) -> Courier:
    """The courier of this shop: by SMTP where a server is named, else into files under var/mail."""
    settings = services(app).settings
    transport = Smtp(settings.smtp_url) if settings.smtp_url else Folder(settings.mail_folder)
    sender = Sender(settings.shop_name, settings.shop_email, urlsplit(settings.base_url).hostname or "localhost")
    return Courier(make_renderer(app), transport, sender)


def _render(app: Flask, kind: str, refs: dict[str, Any]) -> Mail | None:
    with app.app_context():
        letter = _WRITERS[Kind(kind)](refs)
        if letter is None or not letter.to:  # who it was for has deleted their account
            return None
        return write(Kind(kind), letter)


def write(kind: Kind, letter: Letter) -> Mail:
    """The mail in its reader's language: what its one template says, as HTML and as text."""
    settings = services().settings
    with force_locale(known_locale(letter.locale, settings)):
        subject = str(_SUBJECTS[kind]) % letter.facts
        facts = {
            **letter.facts,
            "kind": kind.value,
            "subject": subject,
            "shop_email": settings.shop_email,
            "imprint": settings.imprint,
        }
        return Mail(
            to=letter.to,
            subject=subject,
            text=re.sub(r"\n\s*\n\s*", "\n\n", render_template("emails/layout.txt", **facts)),
            html=render_template("emails/layout.html", **facts),
            headers=letter.headers,
        )


def _token_letter(
    endpoint: str, refs: dict[str, Any], *, to: Callable[[AccountToken], str] = lambda row: row.email
) -> Letter | None:
    """A mail around a link that works once; None when it would not work any more."""
    with services().database.reading() as session:
        row = session.get(AccountToken, refs["token_id"])
        account = session.get_one(Account, row.account_id) if row is not None else None
    if row is None or account is None or not tokens.is_usable(row, account, at=services().clock.now()):
        return None
    token = tokens.write_out(row, keys())
    if token is None:
        raise LookupError("none of the shop's keys made this token")
    link = link_to(endpoint, account.locale, token=token)
    return Letter(to(row), {"name": account.name, "email": to(row), "link": link}, account.locale)


def _address_changed(refs: dict[str, Any]) -> Letter | None:
    with services().database.reading() as session:
        row = session.get(AccountToken, refs["token_id"])
        if row is None:  # deleted with its account
            return None
        account = session.get_one(Account, row.account_id)
    link = link_to("mailed_links.forgot", account.locale)
    return Letter(row.email, {"name": account.name, "link": link}, account.locale)


def _account_exists(refs: dict[str, Any]) -> Letter | None:
    with services().database.reading() as session:
        account = session.get_one(Account, refs["account_id"])
    if account.disabled_at is not None:
        return None
    links = {
        "link": link_to("sign_in.sign_in", account.locale),
        "forgot_link": link_to("mailed_links.forgot", account.locale),
    }
    return Letter(account.email, {"name": account.name, **links}, account.locale)


def _order_paid(refs: dict[str, Any]) -> Letter | None:
    with services().database.transaction() as session:
        order = session.get_one(Order, refs["order_id"])
        if order.state not in (OrderState.PAID, OrderState.REFUNDED):
            return None
        letter = _order_letter(session, order)
        owned = [line.id for line in order.lines if line.state in OWNED]
        issued = issue(session, owned, services().issuer, at=services().clock.now())
        codes = {line_id: grouped(certificate.code) for line_id, certificate in issued.items()}
        lines = [
            replace(
                _line(session, line),
                certificate=link_to("certificates.show", order.locale, code=codes[line.id]) if line.id in codes else "",
                back=_back_of(order, line, place, letter.facts["token"]),
            )
            for place, line in enumerate(order.lines, start=1)
        ]
        return replace(letter, facts={**letter.facts, "lines": lines})


def _back_of(order: Order, line: OrderLine, place: int, token: str) -> str:
    return link_to("backs.show", code=order.code, place=str(place), token=token) if blank_of(order, line) else ""


def _order_refunded(refs: dict[str, Any]) -> Letter | None:
    with services().database.transaction() as session:
        order = session.get_one(Order, refs["order_id"])
        refund = session.get_one(Refund, refs["refund_id"])
        transfer_letters.tell_new_owners(session, [line.id for line in order.lines], refund)
        facts = {"amount": Money(refund.amount_minor, order.currency), "late": not refund.number_returns}
        return _order_letter(session, order, **facts)


def _hold_lost(refs: dict[str, Any]) -> Letter | None:
    with services().database.transaction() as session:
        order = session.get_one(Order, refs["order_id"])
        drop, at = order.lines[0].hold.drop, services().clock.now()
        drop_link = link_to("shop.drop", order.locale, slug=drop.slug) if not drop.is_over(at) else ""
        return _order_letter(session, order, drop_link=drop_link) if order.state is OrderState.CANCELLED else None


def _order_letter(session: Session, order: Order, **more: object) -> Letter:
    at = services().clock.now()
    token = write_out_link(session, order, keys=keys(), at=at)
    facts = {
        "code": order.code,
        "artist": order.artist.name,
        "ships_within_days": order.artist.ships_within_days,
        "lines": [_line(session, line) for line in order.lines],
        "shipping": order.shipping,
        "tax": Money(order.tax_minor, order.currency),
        "total": order.total,
        "address": _address_lines(order),
        "token": token,
        "link": link_to("collection.open_link", order.locale, code=order.code, token=token),
        **more,
    }
    return Letter(order.email, facts, order.locale)


def _line(session: Session, line: OrderLine) -> LineFacts:
    edition, piece = line.hold.edition, line.piece
    is_proof = piece.kind is PieceKind.PROOF
    is_sealed = edition.policy is NumberPolicy.SEALED and line.state in (LineState.RESERVED, LineState.CANCELLED)
    title = session.scalars(select(Pin.title).where(Pin.id == edition.pin_id)).one()
    return LineFacts(
        title=title,
        number=None if is_sealed else piece.number,
        of=edition.proofs if is_proof else edition.size,
        is_proof=is_proof,
        price=line.price,
    )


def _address_lines(order: Order) -> list[str]:
    country = order.address.get("country", "")
    names = Locale.parse(known_locale(order.locale, services().settings)).territories
    return [*label_lines(order.address), str(names.get(country, country))]


def _new_address(row: AccountToken) -> str:
    return row.new_email or row.email


_WRITERS: dict[Kind, Callable[[dict[str, Any]], Letter | None]] = {
    Kind.CONFIRM_ADDRESS: partial(_token_letter, "mailed_links.confirm"),
    Kind.RESET_PASSWORD: partial(_token_letter, "mailed_links.reset"),
    Kind.CHANGE_ADDRESS: partial(_token_letter, "mailed_links.confirm", to=_new_address),
    Kind.ADDRESS_CHANGED: _address_changed,
    Kind.ACCOUNT_EXISTS: _account_exists,
    Kind.ORDER_PAID: _order_paid,
    Kind.ORDER_REFUNDED: _order_refunded,
    Kind.HOLD_LOST: _hold_lost,
    Kind.CONFIRM_FOLLOW: confirm_follow,
    Kind.DROP_ANNOUNCED: drop_news,
    Kind.DROP_MOVED: drop_news,
    Kind.DROP_REMINDER: drop_news,
    Kind.DROP_CANCELLED: drop_cancelled,
    Kind.TRANSFER_OFFERED: transfer_letters.offered,
    Kind.TRANSFER_LINK: transfer_letters.link,
    Kind.TRANSFER_GIVEN: transfer_letters.given,
    Kind.TRANSFER_TAKEN: transfer_letters.taken,
    Kind.PIECE_RECALLED: transfer_letters.recalled,
    Kind.WAITLIST_ASKED: partial(of_turn, TurnState.ASKED),
    Kind.WAITLIST_JOINED: partial(of_turn, TurnState.WAITING),
    Kind.WAITLIST_OFFER: partial(of_turn, TurnState.OFFERED),
    Kind.WAITLIST_OVER: partial(of_turn, TurnState.OVER),
    Kind.DROP_OPENED: drop_opened,
    Kind.DROP_SOLD_OUT: drop_sold_out,
    Kind.DAILY_DIGEST: daily_digest,
    Kind.CHECK_FAILED: check_failed,
}
