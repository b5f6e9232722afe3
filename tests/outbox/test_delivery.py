import email
import re
from email import policy

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from storefront.outbox.delivery import Courier
from storefront.outbox.mail import Mail, Sender
from storefront.outbox.messages import MAX_TRIES, MessageState, OutboxMessage, post
from storefront.outbox.transport import Folder, NoTransport, Smtp

SHOP = Sender("Vitrine", "shop@example.org", "shop.example")


def a_mail(_kind="note", refs=None):
    return Mail("ada@example.org", "Hello", "Good day.", "<p>Good day.</p>", {"X-Ref": str((refs or {}).get("n"))})


def put(database, clock, *, count=1, kind="note"):
    with database.transaction() as session:
        for n in range(count):
            post(session, kind, f"{kind}:{n}", {"n": n}, at=clock.now())


def rows(database):
    with database.reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def mails(folder):
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mail"


@pytest.fixture
def courier(folder):
    return Courier(a_mail, Folder(folder), SHOP)


def test_a_due_message_becomes_one_complete_file_and_is_sent(database, clock, courier, folder):
    put(database, clock)

    courier.deliver_due(database, clock)

    (mail,) = mails(folder)
    assert mail["To"] == "ada@example.org"
    assert mail["From"] == "Vitrine <shop@example.org>"
    assert mail.get_body(("plain",)).get_content().strip() == "Good day."
    assert mail.get_body(("html",)).get_content().strip() == "<p>Good day.</p>"
    assert [row.state for row in rows(database)] == [MessageState.SENT]
    assert not list(folder.glob("*.part"))


def test_a_sent_message_is_not_sent_again(database, clock, courier, folder):
    put(database, clock)

    courier.deliver_due(database, clock)
    clock.tick(days=1)

    assert courier.deliver_due(database, clock) == 0


def test_a_message_repeated_after_a_crash_has_the_same_id(database, clock, folder):
    class CrashesAfterSending(Folder):
        def _write(self, name, message):
            super()._write(f"{name}-{len(list(folder.glob('*.eml')))}", message)
            raise KeyboardInterrupt

    put(database, clock)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            Courier(a_mail, CrashesAfterSending(folder), SHOP).deliver_due(database, clock)
        clock.tick(minutes=3)

    first, second = mails(folder)
    assert first["Message-ID"] == second["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{32}@shop\.example>", first["Message-ID"])


def test_a_message_with_nothing_left_to_say_is_done(database, clock, folder):
    put(database, clock)

    Courier(lambda _kind, _refs: None, Folder(folder), SHOP).deliver_due(database, clock)

    assert mails(folder) == []
    assert [row.state for row in rows(database)] == [MessageState.SENT]


def test_a_poison_message_dies_loudly_after_eight_tries_and_the_others_go_on(database, clock, folder, caplog):
    def render(kind, refs):
        if kind == "poison":
            raise ValueError("ada@example.org cannot be written to")
        return a_mail(kind, refs)

    put(database, clock, kind="poison")
    put(database, clock, kind="note", count=2)
    courier = Courier(render, Folder(folder), SHOP)
    for _ in range(MAX_TRIES + 2):
        courier.deliver_due(database, clock)
        clock.tick(hours=7)

    poison, *notes = rows(database)
    assert (poison.state, poison.tries) == (MessageState.DEAD, MAX_TRIES)
    assert [row.state for row in notes] == [MessageState.SENT, MessageState.SENT]
    assert "ALARM" in caplog.text
    assert "ada@" not in caplog.text + poison.problem


def test_each_failure_makes_a_message_wait_longer(database, clock, folder):
    def fail(_kind, _refs):
        raise ValueError

    put(database, clock)
    courier = Courier(fail, Folder(folder), SHOP)
    waits = []
    for _ in range(4):
        courier.deliver_due(database, clock)
        (row,) = rows(database)
        waits.append(row.next_try_at - clock.now())
        clock.at = row.next_try_at

    assert waits == sorted(set(waits))


def test_a_mail_server_that_is_down_costs_no_message_a_try(database, clock, unused_tcp_port):
    put(database, clock, count=3)

    Courier(a_mail, Smtp(f"smtp://127.0.0.1:{unused_tcp_port}"), SHOP).deliver_due(database, clock)

    assert {(row.state, row.tries) for row in rows(database)} == {(MessageState.PENDING, 0)}


def test_a_database_that_went_away_makes_no_message_wait_longer_than_its_claim(database, clock, folder):
    def render(_kind, _refs):
        raise OperationalError("SELECT", {}, ConnectionError())

    put(database, clock, count=2)
    for _ in range(3):
        with pytest.raises(OperationalError):
            Courier(render, Folder(folder), SHOP).deliver_due(database, clock)
        clock.tick(seconds=45)

    assert Courier(a_mail, Folder(folder), SHOP).deliver_due(database, clock) == 2


def test_a_mail_server_that_is_down_is_left_alone_for_a_while(database, clock, folder):
    class Down:
        asked = 0

        def opened(self):
            self.asked += 1
            raise NoTransport

    put(database, clock)
    down = Down()
    courier = Courier(a_mail, down, SHOP)
    for _ in range(5):
        courier.deliver_due(database, clock)

    assert down.asked == 1


def test_a_message_the_server_hangs_up_on_does_not_block_the_others_for_ever(database, clock, smtp):
    smtp.hang_up_on = "X-Ref: 0"
    put(database, clock, count=3)
    courier = Courier(a_mail, Smtp(smtp.url), SHOP)
    for _ in range(2 * MAX_TRIES):
        courier.deliver_due(database, clock)
        clock.tick(hours=7)

    assert [row.state for row in rows(database)] == [MessageState.DEAD, MessageState.SENT, MessageState.SENT]


def test_a_mail_goes_out_by_smtp(database, clock, smtp):
    put(database, clock, count=2)

    Courier(a_mail, Smtp(smtp.url), SHOP).deliver_due(database, clock)

    assert len(smtp.taken) == 2
    assert "To: ada@example.org" in smtp.taken[0]


@pytest.mark.parametrize("breaker", ["\r\nBcc: all@example.org", "\n\nbody", "\u2028X: y", "\x0b\x00"])
def test_nothing_typed_can_begin_a_header(database, clock, folder, breaker):
    def render(_kind, _refs):
        return Mail("ada@example.org", f"For Ada{breaker}", "t", "<p>t</p>", {"X-Name": f"Ada{breaker}"})

    put(database, clock)
    Courier(render, Folder(folder), Sender(f"Shop{breaker}", "shop@example.org", "h")).deliver_due(database, clock)

    (mail,) = mails(folder)
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Name", "MIME-Version", "Content-Type",
    }  # fmt: skip
