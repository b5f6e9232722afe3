"""What the provider tells the shop: twice, as twins, in any order, late, forged, at once, or not at all."""

import json
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import permutations

import pytest
from sqlalchemy import delete
from werkzeug.serving import make_server

from conftest import FixedClock
from contract.test_webhooks import BODY, FORGERIES, SECRET, forgeries, header
from storefront.inventory.holds import Hold, HoldState
from storefront.ledger.chain import EntryKind, LedgerEntry
from storefront.orders.orders import OrderState
from storefront.outbox.messages import OutboxMessage
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.payments.inbox import ProviderEvent
from storefront.payments.money_moved import Dispute, Payment, Refund
from storefront.payments.stripe_gateway import StripeGateway
from storefront.sandbox.deliveries import signature_header
from storefront.sandbox.endpoints import COMMAND_LINE
from storefront.schema import metadata
from tills import Shop, WatchedGateway


@pytest.fixture
def clock():
    """The real time: signatures are judged by it."""
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def gateway(database, sandbox, clock):
    real = StripeGateway(sandbox.secret_key, (sandbox.webhook_secret, SECRET), sandbox.url, clock=clock)
    watched = WatchedGateway(real, database)
    yield watched
    watched.stop()


@pytest.fixture
def shop(app, database, clock, sandbox):
    """Its clock never reads the provider's own list of events: here only webhooks tell."""
    shop = Shop(database, app.extensions["services"].till, clock, sandbox)
    shop.round.fetch_events = lambda: None
    return shop


@pytest.fixture
def tell(client, sandbox):
    """`tell(event)`: the provider posts it, rightly signed."""

    def post(event):
        body = json.dumps(event, indent=2).encode()
        signature = signature_header(body, sandbox.webhook_secret, int(time.time()))
        answer = client.post("/hooks/stripe", data=body, headers={"Stripe-Signature": signature})
        assert (answer.status_code, answer.data) == (200, b"")

    return post


@pytest.fixture
def live(app, sandbox):
    """The shop on a port of its own, and the stand-in calling it there."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    sandbox.send_webhooks_to(f"http://127.0.0.1:{server.server_port}/hooks/stripe")
    yield sandbox
    sandbox.webhooks()
    sandbox.wait_for_webhooks()
    sandbox.world.state.remove("webhook_endpoint", COMMAND_LINE)
    server.shutdown()
    thread.join()
    server.server_close()


def events_of(sandbox, *types):
    """The newest event of each of these types."""
    rows = sandbox.rows("event")
    return [next(row for row in rows if row["type"] == kind) for kind in types]


def twin_of(event):
    return {**event, "id": f"{event['id']}twin"}


def hear(shop, tell, events):
    """Each is delivered twice and followed up before the next arrives; then the clock goes on for a while."""
    for event in events:
        tell(event)
        tell(event)
        shop.round.read_inbox()
    shop.work(3, 5)
    assert all(event.handled_at for event in shop.all(ProviderEvent))


def everything(database):
    with database.reading() as session:
        return {table.name: session.execute(table.select()).all() for table in metadata.sorted_tables}


def effects(shop):
    """How often each thing that may happen once has happened."""
    kinds = [kind for kind in shop.all(LedgerEntry.kind) if kind is not EntryKind.DECLARED]
    return Counter([*shop.all(OutboxMessage.kind), *(f"ledger {kind}" for kind in kinds)])


def test_the_news_of_a_sale_may_come_in_any_order(shop, sandbox, tell):
    # The last is the first one's twin: which of the two comes first is no other story.
    orders = [order for order in permutations(range(4)) if order.index(0) < order.index(3)]
    for turn, order in enumerate(orders, start=1):
        placed, attempt, _holds = shop.checkout(shop.edition(size=1))
        shop.pay(attempt)
        events = events_of(sandbox, "checkout.session.completed", "charge.succeeded", "payment_intent.succeeded")
        events.append(twin_of(events[0]))

        hear(shop, tell, [events[i] for i in order])

        assert shop.order_state(placed) is OrderState.PAID
        assert effects(shop) == {"order_paid": turn, "ledger sold": turn}
    shop.assert_sound()


def test_the_news_of_a_session_that_ended_may_come_in_any_order(shop, sandbox, tell):
    for order in permutations(range(3)):
        placed, attempt, (hold,) = shop.checkout(shop.edition(size=1))
        shop.pay(attempt, "4000000000000002")
        shop.till.gateway.expire_session(shop.session_of(attempt))  # the shop did not ask for it
        events = events_of(
            sandbox, "checkout.session.expired", "payment_intent.payment_failed", "payment_intent.canceled"
        )

        hear(shop, tell, [*(events[i] for i in order), twin_of(events[0])])

        assert shop.attempt_state(attempt) is AttemptState.EXPIRED
        assert (shop.read(Hold, hold).state, shop.read(Hold, hold).in_attempt) == (HoldState.ACTIVE, False)
        assert shop.order_state(placed) is OrderState.PLACED
    assert effects(shop) == {}
    shop.assert_sound()


def test_the_news_of_a_refund_may_come_in_any_order_even_before_that_of_the_sale(shop, sandbox, tell):
    for turn, order in enumerate(permutations(range(3)), start=1):
        placed, attempt, _holds = shop.checkout(shop.edition(size=1))
        shop.pay(attempt)
        (charge,) = [row for row in sandbox.rows("charge") if not row["refunded"]]
        shop.till.gateway.create_refund({"charge": charge["id"]}, f"by hand {turn}")
        events = events_of(sandbox, "checkout.session.completed", "refund.created", "charge.refunded")

        hear(shop, tell, [*(events[i] for i in order), twin_of(events[2])])

        assert shop.order_state(placed) is OrderState.REFUNDED
        assert effects(shop) == {
            "order_paid": turn,
            "ledger sold": turn,
            "order_refunded": turn,
            "ledger refunded": turn,
        }
    shop.assert_sound()


def test_the_news_of_a_dispute_may_come_in_any_order_even_before_that_of_the_sale(shop, sandbox, tell):
    for order in permutations(range(3)):
        placed, attempt, _holds = shop.checkout(shop.edition(size=1))
        shop.pay(attempt, "4000000000000259")
        (dispute, *_older) = sandbox.rows("dispute")
        update = {"evidence": {"uncategorized_text": "winning_evidence"}}
        shop.till.gateway._gateway._client.v1.disputes.update(dispute["id"], update)
        events = events_of(sandbox, "checkout.session.completed", "charge.dispute.created", "charge.dispute.closed")

        hear(shop, tell, [events[i] for i in order])

        assert shop.order_state(placed) is OrderState.PAID
    assert [(row.status, row.closed_at is not None) for row in shop.all(Dispute)] == [("won", True)] * 6


def test_the_events_of_one_dispute_may_come_in_any_order(shop, sandbox, tell):
    shop.sale(shop.edition(), "4000000000000259")
    (dispute,) = sandbox.rows("dispute")
    update = {"evidence": {"uncategorized_text": "losing_evidence"}}
    shop.till.gateway._gateway._client.v1.disputes.update(dispute["id"], update)
    kinds = ("created", "funds_withdrawn", "updated", "closed")
    events = events_of(sandbox, *(f"charge.dispute.{kind}" for kind in kinds))

    for order in permutations(events):
        hear(shop, tell, order)

        assert [(row.status, row.closed_at is not None) for row in shop.all(Dispute)] == [("lost", True)]
        with shop.database.transaction() as session:
            session.execute(delete(Dispute))
            session.execute(delete(ProviderEvent))


def test_an_event_delivered_late_after_the_refund_changes_nothing(shop, sandbox, tell, database):
    order, attempt, _holds = shop.checkout(shop.edition(size=1))
    shop.pay(attempt)
    hear(shop, tell, events_of(sandbox, "checkout.session.completed"))
    shop.request_refund(order)
    shop.work(1)
    hear(shop, tell, events_of(sandbox, "refund.created", "charge.refunded"))
    before, told = everything(database), effects(shop)

    for event in reversed(sandbox.rows("event")):
        hear(shop, tell, [event, twin_of(event)])

    after = everything(database)
    moving = {"provider_event", "call_bucket"}
    assert {n: rows for n, rows in after.items() if n not in moving} == {
        n: rows for n, rows in before.items() if n not in moving
    }
    assert effects(shop) == told


def test_forgeries_are_refused_and_leave_everything_as_it_was(client, shop, database):
    _order, attempt, _holds = shop.checkout(shop.edition())
    before = everything(database)

    answers = {}
    for what, (body, signature) in forgeries(int(time.time())).items():
        headers = {} if signature is None else {"Stripe-Signature": signature}
        answers[what] = client.post("/hooks/stripe", data=body, headers=headers).status_code

    assert len(FORGERIES) >= 50
    assert answers == dict.fromkeys(FORGERIES, 400)
    assert everything(database) == before
    assert shop.attempt_state(attempt) is AttemptState.OPEN


def test_the_pattern_the_forgeries_are_made_from_is_taken_once(client, database):
    signature = {"Stripe-Signature": header(BODY, at=int(time.time()))}

    answers = [client.post("/hooks/stripe", data=BODY, headers=signature).status_code for _ in range(2)]

    assert answers == [200, 200]
    with database.reading() as session:
        assert [row.id for row in session.query(ProviderEvent)] == ["evt_1"]


def test_a_claimed_payment_is_believed_only_after_asking_back(shop, tell, sandbox):
    """Rightly signed, and yet not so: an event is a hint where to look, and what it says does not count."""
    order, attempt, _holds = shop.checkout(shop.edition())
    session = {"id": shop.session_of(attempt), "object": "checkout.session", "payment_status": "paid"}
    event = {**json.loads(BODY), "data": {"object": {**session, "status": "complete", "payment_intent": "pi_1"}}}

    for _ in range(2):
        tell(event)
        shop.round.read_inbox()

    assert shop.order_state(order) is OrderState.PLACED
    assert shop.attempt_state(attempt) is AttemptState.OPEN


@pytest.mark.parametrize("policy", ["duplicate", "twin", "reorder"])
def test_the_stand_in_calls_a_live_shop_as_badly_as_it_can(shop, live, policy):
    edition = shop.edition(size=3)
    live.webhooks(**{policy: True})
    order, attempt, _holds = shop.checkout(edition)
    _lost, other, (hold,) = shop.checkout(edition)
    shop.pay(attempt, "4000000000000002")
    shop.pay(attempt, "4000000000000259")
    shop.give_back(hold)
    shop.round.expire()
    assert live.wait_for_webhooks(10)
    time.sleep(0.05)
    for event_id in [row["id"] for row in live.rows("event")][:3]:
        live.redeliver(event_id)
    assert live.wait_for_webhooks(10)

    shop.work(1, 3, 5)

    assert shop.order_state(order) is OrderState.PAID
    assert shop.attempt_state(other) is AttemptState.EXPIRED
    assert effects(shop) == {"order_paid": 1, "ledger sold": 1}
    assert len(shop.all(Dispute)) == 1
    assert {row["id"] for row in live.rows("event")} == set(shop.all(ProviderEvent.id))
    shop.assert_sound()


def test_without_any_webhook_or_return_the_clock_settles_by_the_providers_list(shop, live):
    live.webhooks(drop=True)
    order, attempt, _holds = shop.checkout(shop.edition())
    shop.pay(attempt)
    shop.work(1)
    assert shop.all(ProviderEvent) == []

    del shop.round.fetch_events
    shop.work(11)

    assert shop.order_state(order) is OrderState.PAID


def test_when_even_the_list_is_lost_the_clock_asks_about_the_session_itself(shop):
    order, attempt, _holds = shop.checkout(shop.edition())
    shop.pay(attempt)

    shop.work(2 * 60 + 1)

    assert shop.order_state(order) is OrderState.PAID
    assert shop.all(ProviderEvent) == []


@pytest.mark.parametrize("first", ["the return page", "the webhook", "both at once"])
def test_return_page_and_webhook_are_one_sale_whoever_is_first(app, shop, sandbox, tell, first):
    order, attempt, _holds = shop.checkout(shop.edition())
    shop.pay(attempt)
    session_id = shop.session_of(attempt)
    tell(events_of(sandbox, "checkout.session.completed")[0])
    answers = []

    def come_back():
        answers.append(app.test_client().get(f"/pay/return?session={session_id}").status_code)

    acts = [shop.round.read_inbox, come_back]
    if first == "both at once":
        threads = [threading.Thread(target=act) for act in [*acts, come_back, come_back]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        for act in acts if first == "the webhook" else reversed(acts):
            act()
    shop.work(1, 3)

    assert set(answers) == {200}
    assert shop.order_state(order) is OrderState.PAID
    assert effects(shop) == {"order_paid": 1, "ledger sold": 1}
    assert len(shop.all(Payment)) == 1


def test_a_refund_that_waits_for_the_bank_is_done_when_the_bank_says_so(shop, sandbox, tell):
    edition = shop.edition(size=1)
    order, _attempt, (hold,) = shop.sale(edition, "4000000000007726")
    shop.request_refund(order)
    shop.work(1)
    (row,) = sandbox.rows("refund")
    assert (row["status"], shop.order_state(order)) == ("pending", OrderState.PAID)

    sandbox.settle_refund(row["id"], succeeded=True)
    hear(shop, tell, events_of(sandbox, "refund.updated"))

    assert shop.order_state(order) is OrderState.REFUNDED
    assert shop.hold_state(hold) is HoldState.RELEASED
    assert len(shop.all(Refund)) == 1


def test_an_event_about_a_session_being_written_down_right_now_is_not_lost(shop, sandbox, tell):
    """The webhook is faster than the commit of the session's id: the attempt takes the session up all the same."""
    order, attempt, _holds = shop.queue(shop.edition())
    sandbox.fault("lost", method="POST", path="/v1/checkout/sessions", times=2)
    shop.till.open_attempt(attempt)
    assert shop.read(CheckoutAttempt, attempt).session_id is None
    (row,) = sandbox.rows("checkout.session")
    sandbox.pay(row["id"], hold=False)

    hear(shop, tell, events_of(sandbox, "checkout.session.completed"))

    assert shop.order_state(order) is OrderState.PAID
