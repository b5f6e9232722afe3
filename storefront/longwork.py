"""Long work: what would take too long in a request is queued here and done by the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from huey import Huey, MemoryHuey, PostgresHuey, PriorityRedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from storefront.clock import Clock, SystemClock
from storefront.config import Settings
from storefront.media.keeping import Shelf, finish
from storefront.pressing import numbered_backs
from storefront.pressing.fullset import Workshop
from storefront.pressing.press import Press
from storefront.pressing.pressings import take_up


class QueueAway(Exception):
    """The queue does not answer; what was to be put into it is not in it."""


@dataclass(frozen=True)
class LongWork:
    """`finish_picture(picture_id)` queues the full set of a picture's sizes, `press_pin(pressing_id)` that of a pin's
    pictures, `engrave_back(piece_id)` the back of a piece, before everything else: its owner looks at the page.
    `take_up()` queues what somebody died over; the worker calls it each minute. All raise QueueAway.
    """

    queue: Huey
    finish_picture: Callable[[int], None]
    press_pin: Callable[[int], None]
    take_up: Callable[[], None]
    engrave_back: Callable[[int], None]

    def consumer(self) -> Consumer:
        return self.queue.create_consumer(
            workers=2, worker_type="thread", scheduler_interval=1, check_worker_health=False
        )


def make_long_work(
    settings: Settings, shelf: Shelf, press: Press | None = None, clock: Clock | None = None
) -> LongWork:
    queue = _make_queue(settings)
    workshop = Workshop(shelf, press or Press(), clock or SystemClock(), settings.press_size)

    @queue.task(retries=2, retry_delay=10, name="finish_picture")  # type: ignore[untyped-decorator]  # huey has no types
    def finish_picture(picture_id: int) -> None:
        finish(shelf, picture_id)

    @queue.task(priority=1, name="press_pin")  # type: ignore[untyped-decorator]  # as above
    def press_pin(pressing_id: int) -> None:
        for picture_id in workshop.work_on(pressing_id):
            finish_picture(picture_id)

    @queue.task(retries=2, retry_delay=10, priority=2, name="engrave_back")  # type: ignore[untyped-decorator]  # as above
    def engrave_back(piece_id: int) -> None:
        picture_id = numbered_backs.engrave_back(shelf, workshop.press, piece_id, at=workshop.clock.now())
        if picture_id is not None:
            finish_picture(picture_id)

    def take_up_again() -> None:
        with shelf.database.transaction() as session:
            found = take_up(session, at=workshop.clock.now())
        for pressing_id in found:
            press_pin(pressing_id)

    queue.periodic_task(crontab(minute="*"), name="take_up")(take_up_again)
    return LongWork(queue, _queued(finish_picture), _queued(press_pin), take_up_again, _queued(engrave_back))


def _queued(task: Callable[[int], Any]) -> Callable[[int], None]:  # Any: huey has no types
    def put(wanted: int) -> None:
        try:
            task(wanted)
        except Exception as error:  # of SQLite, PostgreSQL or Redis: each queue has its own
            raise QueueAway from error

    return put


def _make_queue(settings: Settings) -> Huey:
    if settings.kind == "test":
        return MemoryHuey("vitrine", immediate=True)  # at once, in the test's own thread
    url = settings.huey_url or settings.database_url
    if url.startswith("redis"):
        return PriorityRedisHuey("vitrine", url=url)
    if url.startswith("postgres"):
        return _on_postgres(url.replace("+psycopg", ""))
    # Not WAL: the interpreter's own SQLite may carry the WAL-reset bug.
    return SqliteHuey("vitrine", filename=str(settings.var / "queue.db"), journal_mode="delete")


def _on_postgres(dsn: str) -> Huey:
    """The queue makes its tables when it begins, and `CREATE TABLE IF NOT EXISTS` fails when two processes do so at once.

    Whoever fails has waited for the other to be done, and finds them made.
    """
    from psycopg.errors import DuplicateTable, UniqueViolation  # noqa: PLC0415  SQLite's shop needs no psycopg

    try:
        return PostgresHuey("vitrine", dsn=dsn)
    except (UniqueViolation, DuplicateTable):
        return PostgresHuey("vitrine", dsn=dsn)
