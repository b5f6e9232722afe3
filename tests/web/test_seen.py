"""When a signed-in person was last seen is written down after their request, never in the midst of its own writing."""

from sqlalchemy import select

from factories import a_drop, a_key, an_artist, an_edition
from people import a_person
from storefront.accounts.sessions import AccountSession


def test_holding_a_number_notes_that_its_holder_was_seen(client, database, clock, sign_in_as):
    with database.transaction() as session:
        drop = a_drop(session, an_artist(session))
        edition = an_edition(session, drop, size=20)
        person = a_person(session)
    sign_in_as(client, person)
    clock.tick(minutes=2)

    response = client.submit(f"/d/{drop.slug}/holds", {"edition": edition.id, "idempotency_key": a_key()})

    assert "/holds/" in response.headers["Location"]
    with database.reading() as session:
        assert session.scalars(select(AccountSession.seen_at)).one() == clock.now()
