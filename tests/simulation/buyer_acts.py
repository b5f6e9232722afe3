"""What buyers do: hold, ask for more time, give back, order, pay, come back."""

from sqlalchemy import select

from factories import a_key
from simulation.promises import foretell_hold, require
from simulation.surroundings import REFUSALS, Act, Surroundings
from storefront.accounts.buyers import Buyer
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.claims import Claim, Claims, _Queue, _Waiting
from storefront.inventory.dealing import Identity, Request, Table
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.placing import place_hold
from storefront.inventory.rekeying import rekey_all
from storefront.orders import giving_back
from storefront.orders.attempting import start_attempt
from storefront.orders.checkout import Delivery, place_order
from storefront.orders.giving_back import more_time
from storefront.orders.orders import Order, OrderState
from storefront.orders.pricing import quote
from storefront.orders.settlement import Outcome
from storefront.payments.attempts import AttemptState, CheckoutAttempt

ADDRESS = {"name": "A Buyer", "line1": "Rua 1", "line2": "", "postcode": "1000-001", "city": "Lisboa", "region": ""}


class BuyerActs(Surroundings):
    def hold(self, random):
        buyer, edition = random.choice(self.town.buyers), random.choice(self.town.editions)
        picks = edition.policy is NumberPolicy.PICK and random.random() < 0.8
        number = random.randint(1, edition.size) if picks else None
        if self._keys and random.random() < 0.1:
            key, buyer, edition, number = random.choice(self._keys)
        else:
            key = a_key()
            self._keys.append((key, buyer, edition, number))
        if number is None and random.random() < 0.4:
            others = random.sample(self.town.buyers, random.randint(0, len(self.town.buyers) - 1))
            presses = [(buyer, key), *((other, a_key()) for other in others if other != buyer)]
            words = (
                f"buyers {', '.join(str(who) for who, _key in presses)} claim a number of edition {edition.id} together"
            )
            return Act(words, lambda: self._claim(edition, presses))
        return Act(
            f"buyer {buyer} holds {number or 'a number'} of edition {edition.id}",
            lambda: self._hold(buyer, edition, number, key),
        )

    def extend(self, random):
        if (hold := self._any(random, Hold.id, Hold.state == HoldState.ACTIVE)) is None:
            return None
        return Act(f"more time for hold {hold}", lambda: self._extend(hold))

    def release(self, random):
        if (hold := self._any(random, Hold.id, Hold.state.in_((HoldState.ACTIVE, HoldState.RELEASING)))) is None:
            return None
        return Act(f"hold {hold} is given back", lambda: self._release(hold))

    def order(self, random):
        """As the page does: address, order and attempt in one transaction, then straight to the provider."""
        if (drawn := self._draw_order(random)) is None:
            return None
        holds, buyer, to = drawn
        then = random.random() < 0.6
        words = f"buyer {buyer} orders {holds} for address {to}" + (" and goes to pay" if then else "")
        return Act(words, lambda: self._order(holds, buyer, to, then))

    def place(self, random):
        if (drawn := self._draw_order(random)) is None:
            return None
        holds, buyer, to = drawn
        return Act(f"buyer {buyer} places an order for {holds} for address {to}", lambda: self._place(holds, buyer, to))

    def start(self, random):
        if (order := self._any(random, Order.id)) is None:
            return None
        return Act(f"a payment of order {order} is started", lambda: self._start(order))

    def open(self, random):
        states = (AttemptState.QUEUED, AttemptState.CREATING)
        if (attempt := self._any(random, CheckoutAttempt.id, CheckoutAttempt.state.in_(states))) is None:
            return None
        return Act(f"attempt {attempt} is opened", lambda: self.till.open_attempt(attempt))

    def come_back(self, random):
        if (page := self._page(random)) is None:
            return None
        return Act(f"the buyer of {self._named(page)} comes back", lambda: self._settle(page))

    def sign_in(self, random):
        guest, to = random.choice(self.town.buyers), random.choice(self.town.addresses)
        return Act(f"buyer {guest} signs in with address {to}", lambda: self._rekey(guest, to))

    def _hold(self, buyer, edition, number, key):
        at = self.clock.now()
        with self.database.reading() as session:
            query = select(Hold.piece_id).where(Hold.placed_by == buyer, Hold.idempotency_key == key)
            foretold = session.scalars(query).one_or_none() or foretell_hold(session, edition, buyer, number, at=at)
        try:
            with self.database.transaction() as session:
                placed = place_hold(session, edition, buyer, key=key, at=self.clock.now(), number=number)
                until = session.get_one(Hold, placed.hold_id).held_until
        except REFUSALS as refusal:
            require(self.in_company or type(refusal) is foretold, f"{type(refusal).__name__}, but {foretold} was due")
            raise
        require(self.in_company or placed.piece_id == foretold, f"piece {placed.piece_id}, but {foretold} was due")
        if not placed.replayed:
            self.promises.placed(placed.hold_id, placed.piece_id, buyer, until)
        return f"hold {placed.hold_id} on {placed.number}"

    def _claim(self, edition, presses):
        """As requests that wait together: served in one batch, then each that is left is looked at alone."""
        claims = Claims(self.database, self.clock)  # no other act waits here: it is a process of its own
        with self.database.reading() as session:
            slug = session.get_one(Edition, edition.id).drop.slug
            hashes = {buyer: session.get_one(Buyer, buyer).guest_hash for buyer, _key in presses}
        table = Table(slug, edition.id, Identity.GUEST)
        waiting = [_Waiting(Request(hashes[buyer], key)) for buyer, key in presses]
        claims._serve(table, _Queue(list(waiting), is_served=True))
        return ", ".join([self._answer_of(claims, table, one, presses[n][0]) for n, one in enumerate(waiting)])

    def _answer_of(self, claims, table, waiting, buyer):
        answer = waiting.answer
        try:
            if answer is None:
                answer = claims._place_alone(Claim(table, waiting.request))
            elif isinstance(answer, Exception):
                raise answer
        except REFUSALS as refusal:
            return type(refusal).__name__
        if not answer.replayed:
            with self.database.reading() as session:
                until = session.get_one(Hold, answer.hold_id).held_until
            self.promises.placed(answer.hold_id, answer.piece_id, buyer, until)
        return f"hold {answer.hold_id} on {answer.number}"

    def _extend(self, hold):
        with self.database.transaction() as session:
            more_time(session, hold, at=self.clock.now())
            until = session.get_one(Hold, hold).held_until
        self.promises.longer(hold, until)
        return "longer"

    def _release(self, hold):
        self.promises.gave_back(hold)
        with self.database.transaction() as session:
            is_free = giving_back.release_hold(session, hold, at=self.clock.now())
        self.promises.comes_back(hold)
        return "free" if is_free else "on its way"

    def _draw_order(self, random):
        free = [Hold.state == HoldState.ACTIVE]
        if random.random() < 0.8:  # else it may have run out, or be in another payment
            free += [Hold.held_until > self.clock.now(), ~Hold.in_attempt]
        held = self._all(Hold.placed_by, *free)
        if not held:
            return None
        buyer = random.choice(held)
        holds = self._all(Hold.id, *free, Hold.placed_by == buyer)
        holds = sorted(random.sample(holds, random.randint(1, min(3, len(holds)))))
        return holds, buyer, random.choice(self.town.addresses)

    def _order(self, holds, buyer, to, then):
        with self.database.transaction() as session:
            order = self._placed(session, holds, buyer, to)
            attempt = start_attempt(session, order.id, at=self.clock.now()).id
        return f"order {order.id}, attempt {attempt} {self.till.open_attempt(attempt) if then else ''}"

    def _place(self, holds, buyer, to):
        with self.database.transaction() as session:
            return f"order {self._placed(session, holds, buyer, to).id}"

    def _placed(self, session, holds, buyer, to):
        rows = [session.get_one(Hold, hold) for hold in holds]
        agreed = quote(rows[0].drop.artist, rows, "PT").total.minor
        delivery = Delivery("buyer@example.org", {**ADDRESS, "country": "PT"})
        return place_order(
            session, holds, buyer_id=to, placed_by=buyer, delivery=delivery, agreed_minor=agreed, at=self.clock.now()
        )

    def _start(self, order):
        with self.database.transaction() as session:
            return f"attempt {start_attempt(session, order, at=self.clock.now()).id}"

    def _settle(self, page):
        """What the return page says is true from then on."""
        outcome = self.till.settle(page)
        if outcome is Outcome.PAID:
            with self.database.reading() as session:
                query = select(Order.state).join(CheckoutAttempt, CheckoutAttempt.id == Order.attempt_id)
                state = session.scalars(query.where(CheckoutAttempt.session_id == page)).one()
            require(state in (OrderState.PAID, OrderState.REFUNDED), f"told paid, but the order is {state}")
        return outcome

    def _rekey(self, guest, to):
        with self.database.transaction() as session:
            rekey_all(session, guest, to, at=self.clock.now())
