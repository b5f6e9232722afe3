"""What happens at the payment provider, what it tells, and what goes wrong on the way."""

import json
import time

from simulation.promises import require
from simulation.surroundings import Act, Surroundings
from simulation.wire import WEBHOOK_SECRET
from storefront.payments import inbox
from storefront.payments.gateway import ForgedEvent
from storefront.sandbox import control, deliveries, disputes, paying, refunds
from storefront.sandbox.faults import KINDS
from storefront.sandbox.sessions import expire_session

GOOD = ("4242424242424242", "5555555555554444")
CARDS = (
    *GOOD * 4,
    "4000000000000002",  # declined
    "4000000000009995",  # declined
    *("4000002500003155",) * 2,  # 3-D Secure
    "4000000000000259",  # disputed
    "4000000000001976",  # an inquiry
    "4000000000007726",  # its refund is slow
    "delayed",
)
PATHS = (
    "/v1/checkout/sessions",
    "/v1/checkout/sessions/*",
    "/v1/checkout/sessions/*/expire",
    "/v1/refunds",
    "/v1/refunds/*",
    "/v1/events",
    "/v1/disputes/*",
)


class ProviderActs(Surroundings):
    def pay(self, random):
        if (page := self._page(random)) is None:
            return None
        card = random.choice(CARDS)

        def pay():
            return control.pay_headless(self.world, page, card, hold=False).kind

        return Act(f"{self._named(page)} is paid with {card[-4:]}", pay, is_alone=True)

    def answer(self, random):
        waiting = self._rows("payment_intent", status="requires_action")
        pages = [row for row in self._rows("checkout.session") if row["payment_intent"] in {i["id"] for i in waiting}]
        if not pages:
            return None
        page, approved = random.choice(pages)["id"], random.random() < 0.75

        def answer():
            return control.answer_headless(self.world, page, approved=approved, hold=False).kind

        return Act(f"{self._named(page)}: 3-D Secure {'approved' if approved else 'refused'}", answer, is_alone=True)

    def finish_delayed(self, random):
        slow = {intent["id"] for intent in self._rows("payment_intent", status="processing")}
        pages = [row["id"] for row in self._rows("checkout.session") if row["payment_intent"] in slow]
        if not pages:
            return None
        page, arrived = random.choice(pages), random.random() < 0.6

        def finish():
            return paying.finish_delayed(self.world, page, succeeded=arrived)["payment_status"]

        return Act(
            f"{self._named(page)}: the slow money {'arrives' if arrived else 'does not arrive'}", finish, is_alone=True
        )

    def webhook(self, random):
        """Any event at any time: twice, late, out of order; one that is never drawn is lost."""
        events = self._rows("event")
        if not events:
            return None
        event = random.choice(events[-6:] if random.random() < 0.7 else events)
        return Act(
            f"webhook {event['type']} about {self._named(event['data']['object'].get('id', ''))}",
            lambda: self._deliver(event),
        )

    def forge(self, random):
        events = self._rows("event")
        event = random.choice(events) if events else {"object": "event", "id": "evt_forged"}
        how = random.choice(["no signature", "another secret", "another body", "an old signature"])
        return Act(f"a forged webhook: {how}", lambda: self._forge(event, how))

    def expire_there(self, random):
        if (page := self._page(random)) is None:
            return None
        return Act(
            f"{self._named(page)} is expired by hand",
            lambda: self._at_provider(expire_session, {}, page),
            is_alone=True,
        )

    def refund_there(self, random):
        if not (charges := [row for row in self._rows("charge") if row["paid"] and not row["refunded"]]):
            return None
        charge = random.choice(charges)["id"]
        return Act(
            "a refund is made by hand",
            lambda: self._at_provider(refunds.create_refund, {"charge": charge}),
            is_alone=True,
        )

    def dispute(self, random):
        if not (charges := [row for row in self._rows("charge") if row["paid"] and not row["disputed"]]):
            return None
        charge, inquiry = random.choice(charges)["id"], random.random() < 0.3
        return Act(
            "a charge is disputed",
            lambda: control.open_dispute(self.world, charge, inquiry=inquiry)["status"],
            is_alone=True,
        )

    def end_dispute(self, random):
        if not (found := self._rows("dispute")):
            return None
        dispute = random.choice(found)["id"]
        verdict = random.choice(["winning_evidence", "losing_evidence"])
        evidence = {"evidence": {"uncategorized_text": verdict}}
        return Act(
            f"a dispute ends: {verdict}",
            lambda: self._at_provider(disputes.update_dispute, evidence, dispute),
            is_alone=True,
        )

    def settle_refund(self, random):
        if not (found := self._rows("refund", status="pending")):
            return None
        refund, came = random.choice(found)["id"], random.random() < 0.6

        def settle():
            return refunds.settle_refund(self.world, refund, succeeded=came)["status"]

        return Act(f"a slow refund {'arrives' if came else 'fails'}", settle, is_alone=True)

    def fault(self, random):
        kind, path = random.choice([kind for kind in KINDS if kind != "latency"]), random.choice(PATHS)
        times = random.choice([1, 1, 2, 3])
        status = random.choice([500, 502, 503])

        def add():
            return self.world.faults.add(control.new_fault(kind, path=path, status=status), times)

        return Act(f"fault: {kind} {status} at {path}, {times} times", add, is_alone=True)

    def belate(self, random):
        return Act("a request will be late", self.town.wire.delay_next, is_alone=True)

    def arrive(self, random):
        if not self.town.wire.belated:
            return None
        return Act("what was late arrives", self.town.wire.deliver_belated, is_alone=True)

    def _deliver(self, event):
        """What the hook does: verify, store once, answer."""
        body = json.dumps(event, indent=2).encode()
        facts = self.till.gateway.read_event(body, deliveries.signature_header(body, WEBHOOK_SECRET, int(time.time())))
        with self.database.transaction() as session:
            return "new" if inbox.store(session, facts, at=self.clock.now()) else "known"

    def _forge(self, event, how):
        body, now = json.dumps(event).encode(), int(time.time())
        signature = {
            "no signature": None,
            "another secret": deliveries.signature_header(body, "whsec_guessed", now),
            "another body": deliveries.signature_header(body + b" ", WEBHOOK_SECRET, now),
            "an old signature": deliveries.signature_header(body, WEBHOOK_SECRET, now - 3600),
        }[how]
        try:
            self.till.gateway.read_event(body, signature)
        except ForgedEvent:
            return "refused"
        return require(False, "a forgery was believed")

    def _at_provider(self, operation, params, *ids):
        with self.world.state.change():
            return operation(self.world, params, *ids)["object"]
