"""A sealed number stands nowhere before it is paid: no page, no mail, nothing the provider is told, nothing the artist sees."""

import email
import email.policy
import re

import pytest
from sqlalchemy import select

from factories import a_drop, an_edition
from storefront.catalog.artists import Artist
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.holds import Hold
from storefront.inventory.pieces import Piece
from storefront.ledger.chain import list_entries
from storefront.web.emails import make_courier
from studio import a_member
from web.test_checkout import hold, press_pay, session_in, take, tick  # noqa: F401  fixtures and one buyer's steps

LAPSE = 10 * 60 + 46


@pytest.fixture
def sealed(database):
    """A drop and an edition whose first number is one that stands nowhere by chance, as its size and what is free of it do."""
    with database.transaction() as session:
        drop = a_drop(session)
        while True:
            edition = an_edition(session, drop, size=1999, policy=NumberPolicy.SEALED)
            first = select(Piece.number).where(Piece.edition_id == edition.id, Piece.rank == 1)
            if 1000 < session.scalars(first).one() < 1900:
                return drop, edition


@pytest.fixture
def artist(app, database, sealed, sign_in_as):
    """The artist's own browser."""
    with database.transaction() as session:
        account, _artist = a_member(session, session.get_one(Artist, sealed[0].artist_id))
    return sign_in_as(app.test_client(), account)


def number_of(database):
    with database.reading() as session:
        return session.scalars(select(Hold)).one().piece.number


def is_named(number, *texts):
    return [bool(re.search(rf"(?<!\w){number}(?!\w)", text)) for text in texts]


def everything(client, artist, drop, edition, sandbox, database, *pages):
    """What anybody can read now, by its name."""
    addresses = [f"/d/{drop.slug}", f"/d/{drop.slug}/live.json", f"/d/{drop.slug}/me", "/me", "/", *pages]
    addresses.append(f"/d/{drop.slug}/take?edition={edition.id}")
    read = {url: client.get(url).get_data(as_text=True) for url in addresses}
    studio = ["/studio", f"/studio/drops/{drop.id}", f"/studio/editions/{edition.id}"]
    read |= {url: artist.get(url).get_data(as_text=True) for url in studio}
    for kind in ("checkout.session", "payment_intent", "charge", "event"):
        read[kind] = str(sandbox.rows(kind))
    with database.reading() as session:
        read["ledger"] = " ".join(entry.body for entry in list_entries(session, edition.ref))
    return read


def mails(app, database, clock):
    courier = make_courier(app)
    courier.deliver_due(database, clock)
    for path in app.extensions["services"].settings.mail_folder.glob("*.eml"):
        found = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        yield found["Subject"] + found.get_body(("plain",)).get_content() + found.get_body(("html",)).get_content()


def test_nothing_names_it_while_it_is_held_and_while_it_is_being_paid(client, artist, sealed, sandbox, database):
    drop, edition = sealed
    url = hold(client, drop, edition)
    number = number_of(database)
    refused = take(client, drop, edition).get_data(as_text=True)
    to_stripe = press_pay(client, url)
    code = sandbox.rows("checkout.session")[0]["client_reference_id"]

    read = everything(client, artist, drop, edition, sandbox, database, url, f"{url}?shown={number}", f"/orders/{code}")

    assert "a sealed number" in read[url].lower()
    assert [name for name, text in read.items() if is_named(number, text) == [True]] == []
    assert is_named(number, refused) == [False]
    sandbox.pay(session_in(to_stripe.location))
    client.get(f"/pay/return?session={session_in(to_stripe.location)}")
    told = everything(client, artist, drop, edition, sandbox, database, f"/orders/{code}")
    assert {name for name, text in told.items() if is_named(number, text) == [True]} >= {f"/orders/{code}", "ledger"}


def test_nothing_names_it_when_it_was_given_back_or_ran_out(
    client, artist, app, sealed, sandbox, database, clock, tick  # noqa: F811
):  # fmt: skip
    drop, edition = sealed
    url = hold(client, drop, edition)
    number = number_of(database)
    press_pay(client, url)
    code = sandbox.rows("checkout.session")[0]["client_reference_id"]
    client.submit(f"{url}/releases")
    on_its_way = client.get(url).get_data(as_text=True)
    tick(LAPSE)

    read = everything(client, artist, drop, edition, sandbox, database, url, f"/orders/{code}")
    written = list(mails(app, database, clock))

    assert "is on its way back" in on_its_way
    assert "is gone" in read[url]
    assert is_named(number, on_its_way, *read.values(), *written) == [False] * (1 + len(read) + len(written))


def test_the_mail_about_a_lost_hold_names_it_neither(client, app, sealed, database, clock, tick):  # noqa: F811
    drop, edition = sealed
    url = hold(client, drop, edition)
    number = number_of(database)
    press_pay(client, url)
    tick(LAPSE)
    tick(3)

    written = list(mails(app, database, clock))

    assert len(written) == 1
    assert is_named(number, *written) == [False]
