"""A story: one integer draws a town, what happens in it and what goes wrong, and everything is looked at after each step."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from random import Random

from sqlalchemy import select, text

from factories import a_buyer, a_key
from simulation.acts import Acts
from simulation.promises import Broken, Promises, check_ended, require
from simulation.stage import Crash, Process
from simulation.town import Size, Town, one_chance
from storefront import migrate
from storefront.db import Database
from storefront.invariants.checking import check_ledgers
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.placing import place_hold
from storefront.schema import metadata
from storefront.waitlist.offering import OFFER_FOR

# How often an act is drawn, beside the others.
WEIGHTS = {
    "hold": 14, "extend": 3, "release": 5, "order": 14, "place": 2, "start": 3, "open": 5, "pay": 11, "answer": 3,
    "finish_delayed": 2, "come_back": 4, "sign_in": 1, "webhook": 6, "forge": 1, "expire_there": 1, "refund_there": 1,
    "dispute": 1, "end_dispute": 1, "settle_refund": 1, "fault": 4, "belate": 2, "arrive": 2, "round": 9, "duty": 6,
    "refund": 2, "decide": 2, "run_drop": 1, "tick": 14, "go_wrong": 1, "wait": 5, "confirm": 1, "leave": 1,
}  # fmt: skip
DAILY = ("hold", "order", "open", "pay", "tick", "round")
PAUSES = (0, 1, 11, 21, 31, 61, 61, 125, 300, 646, 301, 1200, 2200, 61, 3601, 61, 31, 61)
MOST_PAUSES = 40


class Story:
    def __init__(self, seed, url, *, say=None):
        self.random, self.lines, self._say = Random(seed), [], say
        draw = self.random.randint
        self.town = Town(url, self.random, Size(draw(1, 3), draw(2, 6), draw(1, 4)), self.tell)
        self.promises = Promises(self.town)
        self.acts = Acts(self.town, self.promises)
        self._weights = self._mood()

    def live(self, steps):
        for step in range(steps):
            self.tell(f"{step:4}  {self.town.clock.now():%j %H:%M:%S}")
            self.step()
        self.end()

    def step(self):
        together = 1 if self.random.random() < 0.6 else self.random.choice([2, 2, 3])
        acts = [act for act in (self._draw() for _ in range(together)) if act is not None]
        self.perform(acts, dies_at=self.random.randint(0, 8) if self.random.random() < 0.12 else None)

    def perform(self, acts, *, dies_at=None):
        """Side by side; one of them may die when it has come so many turns far."""
        if not acts:
            return
        victim = self.random.choice(acts)
        cast = [(Process(act.words, dies_at if act is victim and not act.is_alone else None), act) for act in acts]
        self.acts.in_company = len(acts) > 1
        commits = self.town.database.commits
        for act in acts:
            self.tell(f"    {act.words}")
        ended = self.town.stage.play([(process, act.perform) for process, act in cast])
        for act, future in zip(acts, ended, strict=True):
            problem = future.exception()
            if isinstance(problem, Crash):
                if act.process is not None:
                    self.town.restart(act.process)
            elif problem is not None:
                raise problem
            else:
                self.tell(f"      {act.words}: {future.result()}")
        if self.town.database.commits != commits or any(act.is_alone for act in acts):
            self.promises.check()

    def end(self):
        """Nobody does anything any more: the clock alone has to bring everything to its end."""
        town = self.town
        self.tell("the end")
        town.world.faults.clear()
        town.wire.calm()
        town.wire.deliver_belated()
        town.clock.go_wrong(0)
        self._drain()
        if self._an_offer_stands():  # an order may be paid for as long as it does, and is no sooner at its end
            town.tick(int(OFFER_FOR.total_seconds()))
            self._drain()
        self.promises.check()
        check_ended(town)
        self._everything_can_be_held()
        self.promises.check()
        with town.database.reading() as session:
            ledgers = check_ledgers(session)
        require(ledgers.holds, f"{ledgers.says} {ledgers.rows}")

    def _drain(self):
        for place in range(MOST_PAUSES):
            self._bring_what_is_slow()
            self.town.tick(PAUSES[place] if place < len(PAUSES) else 61)
            self.town.rounds[0].tick()
            if place >= len(PAUSES) and self._has_ended():
                break

    def _an_offer_stands(self):
        with self.town.database.reading() as session:
            query = select(Hold.id).where(Hold.state == HoldState.ACTIVE, Hold.offered_until.is_not(None))
            return session.scalars(query.limit(1)).first() is not None

    def _bring_what_is_slow(self):
        for bring in (self.acts.finish_delayed, self.acts.settle_refund):
            while (act := bring(self.random)) is not None:
                act.run()

    def tell(self, line):
        self.lines.append(line)
        if self._say is not None:
            self._say(line)

    def _draw(self):
        for name in self.random.choices(list(self._weights), list(self._weights.values()), k=6):
            if (act := getattr(self.acts, name)(self.random)) is not None:
                return act
        return None

    def _mood(self):
        """Some towns know no refunds, others many faults; in all of them people buy."""
        rarely, always = [0, 0.3, 1, 1, 1, 3], [0.5, 1, 1, 2]
        return {
            name: weight * self.random.choice(always if name in DAILY else rarely) + 0.01
            for name, weight in WEIGHTS.items()
        }

    def _has_ended(self):
        try:
            check_ended(self.town)
        except Broken:
            return False
        return True

    def _everything_can_be_held(self):
        """No piece is stranded: newcomers can hold whatever is neither sold nor kept back."""
        at = self.town.clock.now()
        for edition in self.town.editions:
            with self.town.database.transaction() as session:
                free = [
                    piece.state
                    for piece in session.query(Piece).filter_by(edition_id=edition.id, kind=PieceKind.NUMBERED)
                    if piece.state in (PieceState.AVAILABLE, PieceState.HELD)
                ]
                session.execute(text('UPDATE "drop" SET state = :open, closes_at = NULL'), {"open": "open"})
                session.execute(text("UPDATE waitlist_turn SET state = 'over' WHERE state = 'waiting'"))
                # Those who still decide about an offer have a day for it.
                session.execute(
                    text("UPDATE hold SET held_until = placed_at WHERE state = 'active' AND NOT in_attempt")
                )
                for _ in free:
                    place_hold(session, edition, a_buyer(session).id, key=a_key(), at=at)


@contextmanager
def empty_database(kind, postgres_url=None):
    """Yields a function: each call gives the address of an empty, migrated database."""
    if kind == "postgresql":
        yield lambda: _emptied(postgres_url)
        return
    with tempfile.TemporaryDirectory(prefix="vitrine-simulation-") as folder:
        template, copy = Path(folder, "template.db"), Path(folder, "shop.db")
        migrated(f"sqlite:///{template}")

        def fresh():
            for old in Path(folder).glob("shop.db*"):
                old.unlink()
            shutil.copy(template, copy)
            return f"sqlite:///{copy}"

        yield fresh


def tell(seed, url, steps, *, say=None):
    """Live through one seed. None, or what went wrong and how it came to it."""
    with one_chance(Random(-seed - 1)) as alarms:
        story = Story(seed, url, say=say)
        try:
            story.live(steps)
            require(not alarms.unfair(), f"alarms: {alarms.unfair()}")
        except Exception as problem:  # noqa: BLE001  whatever it is, the seed is what matters
            return f"{type(problem).__name__}: {problem}", story.lines
        finally:
            story.town.close()
    return None


def migrated(url):
    database = Database(url, pool_size=1)
    migrate.upgrade(database.engine)
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    database.dispose()


def _emptied(url):
    database = Database(url, pool_size=1)
    tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    database.dispose()
    return url
