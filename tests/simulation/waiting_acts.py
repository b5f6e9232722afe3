"""What those do who came too late: they join the queue, by themselves or by a mailed link, and leave it."""

from queues import KEY, token_of
from simulation.surroundings import Act, Surroundings
from storefront.catalog.editions import Edition
from storefront.inventory.turns import Turn, TurnState
from storefront.waitlist import joining, leaving


class WaitingActs(Surroundings):
    def wait(self, random):
        buyer, edition = random.choice([*self.town.buyers, *self.town.addresses]), random.choice(self.town.editions)
        if random.random() < 0.3:
            return Act(
                f"buyer {buyer} asks for a turn at edition {edition.id}",
                lambda: self._wait(joining.ask, buyer, edition),
            )
        return Act(f"buyer {buyer} waits for edition {edition.id}", lambda: self._wait(joining.join, buyer, edition))

    def confirm(self, random):
        if (turn := self._any(random, Turn.id)) is None:
            return None
        return Act(f"the link of turn {turn} is used", lambda: self._confirm(turn))

    def leave(self, random):
        if (turn := self._any(random, Turn.id, Turn.state == TurnState.WAITING)) is None:
            return None
        return Act(f"turn {turn} is given up", lambda: self._leave(turn))

    def _wait(self, join, buyer, edition):
        who = joining.Joiner(buyer, "waiting@example.org", "en")
        with self.database.transaction() as session:
            turn = join(session, session.get_one(Edition, edition.id), who, key=KEY, at=self.clock.now())
            return f"turn {turn.id} {turn.state}"

    def _confirm(self, turn):
        with self.database.transaction() as session:
            token = token_of(session.get_one(Turn, turn))
            return f"{joining.confirm(session, token, at=self.clock.now()).state}"

    def _leave(self, turn):
        with self.database.transaction() as session:
            leaving.leave(session, session.get_one(Turn, turn), at=self.clock.now())
