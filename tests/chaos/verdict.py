"""The verdict on a run: whether everything has ended, and whether everything anybody was told is still so."""

import hashlib
import json
import re
import time
from collections import Counter

from sqlalchemy import func, select

from chaos.history import End
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.pieces import Piece
from storefront.orders.orders import Order, OrderState
from storefront.outbox.messages import MessageState, OutboxMessage
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.payments.inbox import ProviderEvent
from storefront.payments.money_moved import Payment, Refund, RefundState

TERMINAL_WITHIN = 60.0
_ENDED = (AttemptState.PAID, AttemptState.EXPIRED, AttemptState.ABANDONED, AttemptState.FAILED)
# What nothing that happens here may lead to.
_ALARMS = ("money without a piece", "needs a person", "belongs to no attempt", "is dead")


def wait_until_terminal(shop, patience=TERMINAL_WITHIN):
    """How long it took until nothing was under way any more; and what still is, if the time was not enough."""
    began = time.monotonic()
    left = unfinished(shop)
    while left and time.monotonic() - began < patience:
        time.sleep(0.2)
        left = unfinished(shop)
    return time.monotonic() - began, left


def unfinished(shop):
    """Everything that has not come to its end, in the shop and at the provider."""
    with shop.database.reading() as session:
        counted = {
            "holds": select(func.count()).where(
                Hold.state.in_((HoldState.ACTIVE, HoldState.RELEASING))
                | (Hold.in_attempt & (Hold.state != HoldState.SOLD))
            ),
            "attempts": select(func.count()).where(CheckoutAttempt.state.not_in(_ENDED)),
            "orders": select(func.count()).where(Order.state.in_((OrderState.PLACED, OrderState.REVIEW))),
            "refunds": select(func.count()).where(Refund.state.not_in((RefundState.SUCCEEDED, RefundState.FAILED))),
            "events": select(func.count()).where(ProviderEvent.handled_at.is_(None)),
            "mails": select(func.count()).where(OutboxMessage.state != MessageState.SENT),
        }
        return {what: count for what, query in counted.items() if (count := session.scalars(query).one())}


def problems(shop, history, since=0):
    """Everything that is wrong, in words; nothing when all is well. Only holds from `since` on are asked for by HTTP."""
    return [
        *history.complaints,
        *_invariants(shop),
        *_forgotten(shop, history),
        *_answered_otherwise(history.told[since:]),
        *_at_stripe(shop),
        *_mails(shop),
        *_alarms(shop),
    ]


def _invariants(shop):
    checked, ledgers = shop.run("check", "--json"), shop.run("verify-ledger")
    if checked.returncode not in (0, 1):
        return [f"storefront check: {checked.stderr}"]
    found = json.loads(checked.stdout)["invariants"]
    broken = [f"{row['id']} {row['says']} {row['rows']}" for row in found if not row["holds"]]
    if checked.returncode and not broken:
        broken = ["storefront check says something is wrong, and not what"]
    return broken + ([f"storefront verify-ledger: {ledgers.stdout}"] if ledgers.returncode else [])


def _forgotten(shop, history):
    """I9 by the tables: every hold a buyer was told of is there, with its key and number, in the state it was left in."""
    wanted = {End.BOUGHT: HoldState.SOLD, End.GIVEN_BACK: HoldState.RELEASED}
    with shop.database.reading() as session:
        query = select(Hold.id, Hold.idempotency_key, Hold.state, Piece.number).join(Piece, Piece.id == Hold.piece_id)
        kept = {row.id: row for row in session.execute(query)}
        paid = set(session.scalars(select(Order.code).where(Order.state == OrderState.PAID)))
    for told in history.told:
        row = kept.get(told.hold)
        if row is None or row.idempotency_key != told.key or told.number not in (None, row.number):
            yield f"acknowledged and lost: hold {told.hold} of number {told.number}, now {row}"
        elif told.end in wanted and row.state is not wanted[told.end]:
            yield f"hold {told.hold} was {told.end}, and is {row.state}"
        if told.order and told.order not in paid:
            yield f"acknowledged and lost: order {told.order} was said to be paid"


def _answered_otherwise(all_told):
    """I9 as buyers see it: the same key gives the same hold, and the page of what was bought shows its number."""
    for told in all_told:
        answer = told.visitor.press_again(told)
        where = answer.headers["Location"] if answer.status_code == 201 else answer.status_code
        if where != f"/holds/{told.hold}":
            yield f"the key of hold {told.hold} now leads to {where}"
        if told.end is End.BOUGHT and told.visitor.numbers_of_order(told) != {told.number}:
            yield f"order {told.order} does not show number {told.number}"


def _at_stripe(shop):
    """One session an attempt, one payment an order, and no payment without an order that is paid with it."""
    with shop.database.reading() as session:
        rows = session.execute(
            select(CheckoutAttempt.idempotency_key, CheckoutAttempt.session_id, CheckoutAttempt.state)
        )
        attempts = {row.idempotency_key: row for row in rows}
        query = select(Order.code, Order.total_minor, Payment.intent_id).join(
            Payment, Payment.attempt_id == Order.attempt_id
        )
        bought = {row.code: row for row in session.execute(query.where(Order.state == OrderState.PAID))}
        refunded = set(session.scalars(select(Payment.intent_id).where(Payment.refunded_minor > 0)))
    sessions = shop.at_stripe("checkout/sessions")
    for key, count in Counter(row["metadata"].get("attempt") for row in sessions).items():
        if count > 1 or key not in attempts:
            yield f"attempt {key} has {count} sessions at the provider"
    known = {row["id"] for row in sessions}
    for row in attempts.values():
        if row.session_id is not None and row.session_id not in known:
            yield f"the provider knows nothing of a session whose attempt is {row.state}"
    # One whose attempt was abandoned before anybody saw its page ends by itself.
    shown = {row.session_id for row in attempts.values()}
    if left := [row["id"] for row in sessions if row["status"] == "open" and row["id"] in shown]:
        yield f"{len(left)} sessions are still open"
    paid = [row for row in shop.at_stripe("payment_intents") if row["status"] == "succeeded"]
    for code, count in Counter(row["metadata"].get("order") for row in paid if row["id"] not in refunded).items():
        if count > 1 or code not in bought:
            yield f"order {code} has {count} payments, and is {'paid' if code in bought else 'not paid'}"
    intents = {row["id"]: row["amount_received"] for row in paid}
    for row in bought.values():
        if intents.get(row.intent_id) != row.total_minor:
            yield f"order {row.code} over {row.total_minor} received {intents.get(row.intent_id)}"


def _mails(shop):
    """Every paid order was confirmed by mail; a mail that was sent again has the same id."""
    sent = mails(shop)
    with shop.database.reading() as session:
        keys = session.scalars(select(OutboxMessage.dedupe_key)).all()
        codes = session.scalars(select(Order.code).where(Order.state == OrderState.PAID)).all()
    known = {mail_id(key): key for key in keys}
    for code in codes:
        if mail_id(f"order_paid:{code}") not in sent:
            yield f"nobody was told that order {code} is paid"
    for strange in set(sent) - set(known):
        yield f"a mail was sent that the outbox does not know: {strange}"


def mails(shop):
    """How often each mail was sent, by the id it has."""
    return Counter(re.search(r"^Message-ID: <([0-9a-f]+)@", text, re.MULTILINE)[1] for text in list(shop.mail.taken))


def mail_id(dedupe_key):
    return hashlib.sha256(dedupe_key.encode()).hexdigest()[:32]


def _alarms(shop):
    for program in shop.programs:
        for line in program.log.read_text(errors="replace").splitlines():
            if any(word in line for word in _ALARMS):
                yield f"{program.name} wrote: {line[:2000]}"


def sessions_of(shop, told):
    """The ids of the sessions that the provider made for this hold's order."""
    query = select(Order.code).join(Order.lines).where(Order.lines.any(hold_id=told.hold))
    with shop.database.reading() as session:
        codes = session.scalars(query).all()
    return [row["id"] for row in shop.at_stripe("checkout/sessions") if row["client_reference_id"] in codes]
