"""Every studio route × everyone who might try it × an object that is not theirs."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from drafts import a_drafted_drop, a_drafted_edition, a_drafted_pin
from factories import NOON, an_account
from storefront.catalog.artworks import lay_drawing
from storefront.catalog.drops import DropState
from storefront.catalog.pins import PictureRole
from storefront.inventory.announcing import announce
from storefront.pressing.pressings import PressWords, place_pressing
from storefront.schema import metadata
from studio import ARTIST, DROP, EDITION, PIN, SHIPPING, a_member, a_new_drawing, some_regions

EVERYTHING = {
    **ARTIST, **SHIPPING, **PIN, **EDITION, **DROP,
    "act": "remove", "alt": "Mine now", "role": "front", "agreed": "y", "sure": "y", "reason": "Because", "remove": "1",
    "mold": "Mine", "editions": "1", "size_tenths": "41", "choose": "metal:silver",
}  # fmt: skip
OPEN_TO_ALL = {
    "studio.home.show", "studio.artists.new",
    "studio.mail.show", "studio.mail.preview", "studio.mail.document",  # letters with invented facts
}  # fmt: skip


@dataclass(frozen=True)
class Studio:
    """One artist's objects, one of each kind, and a drop in a state where the most can be done to it."""

    member: object
    ids: dict


def a_full_studio(session, state, regions="regions"):
    member, artist = a_member(session)
    pin = a_drafted_pin(session, artist)
    lay_drawing(session, pin, a_new_drawing(regions), at=NOON)
    place_pressing(session, pin, PressWords("Luna", "Ines", {}, ["Green", "Cream"]), 96, at=NOON)
    edition = a_drafted_edition(session, pin)
    drop = a_drafted_drop(session, edition)
    if state is not DropState.DRAFT:
        announce(session, drop, at=NOON)
        drop.state = state
    front = pin.picture(PictureRole.FRONT)
    ids = {
        "slug": artist.slug,
        "pin_id": pin.id,
        "hung_id": front.id,
        "edition_id": edition.id,
        "drop_id": drop.id,
        "kind": "mold",
    }
    return Studio(member, ids)


@pytest.fixture(params=[DropState.DRAFT, DropState.ANNOUNCED, DropState.OPEN, DropState.PAUSED])
def studio_of_another(request, app, database):
    regions = app.extensions["services"].shelf.originals.put(some_regions(), "png")
    with database.transaction() as session:
        return a_full_studio(session, request.param, regions)


def routes(app):
    """(method, endpoint, arguments) of every studio page that names an object."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("studio.") and rule.endpoint not in OPEN_TO_ALL:
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield method, rule.endpoint, sorted(rule.arguments)


def addresses(app, studio):
    with app.test_request_context():
        return [
            (method, app.url_for(endpoint, **{name: studio.ids[name] for name in names}))
            for method, endpoint, names in routes(app)
        ]


def everything_in(database):
    watched = (
        "artist",
        "artist_member",
        "pin",
        "pin_picture",
        "making_step",
        "pin_artwork",
        "pressing",
        "job_progress",
        "edition",
        "drop",
        "piece",
        "ledger_entry",
    )
    with database.transaction() as session:
        return {name: session.execute(select(metadata.tables[name])).all() for name in watched}


def ask(client, method, address):
    return client.submit(address, EVERYTHING) if method == "POST" else client.get(address)


def test_the_matrix_covers_every_route(app):
    found = list(routes(app))

    assert len(found) > 35
    assert all(names for _method, _endpoint, names in found)


@pytest.mark.parametrize("actor", ["another artist's member", "an account without a studio", "an admin"])
def test_what_is_another_artists_does_not_exist(app, client, database, sign_in_as, studio_of_another, actor):
    with database.transaction() as session:
        account = {
            "another artist's member": lambda: a_full_studio(session, DropState.DRAFT).member,
            "an account without a studio": lambda: an_account(session),
            "an admin": lambda: an_account(session, is_admin=True),
        }[actor]()
    sign_in_as(client, account)
    before = everything_in(database)

    answers = {(m, address): ask(client, m, address).status_code for m, address in addresses(app, studio_of_another)}

    assert {key: status for key, status in answers.items() if status != 404} == {}
    assert everything_in(database) == before


def test_guests_are_asked_to_sign_in(app, client, database, studio_of_another):
    before = everything_in(database)

    answers = [ask(client, method, address) for method, address in addresses(app, studio_of_another)]

    assert {answer.status_code for answer in answers} == {303}
    assert all(answer.location.startswith("/sign-in?next=/studio") for answer in answers)
    assert everything_in(database) == before


def test_its_own_member_sees_every_page(app, client, sign_in_as, studio_of_another):
    sign_in_as(client, studio_of_another.member)

    answers = {a: client.get(a).status_code for method, a in addresses(app, studio_of_another) if method == "GET"}

    assert set(answers.values()) <= {200, 303}


def test_another_artists_edition_can_not_be_put_into_ones_own_drop(client, database, sign_in_as):
    with database.transaction() as session:
        theirs, mine = a_full_studio(session, DropState.DRAFT), a_full_studio(session, DropState.DRAFT)
    sign_in_as(client, mine.member)
    before = everything_in(database)
    client.get(f"/studio/drops/{mine.ids['drop_id']}/plan")

    stolen = {**DROP, "editions": str(theirs.ids["edition_id"])}
    answers = [
        client.submit(f"/studio/drops/{mine.ids['drop_id']}/plan", stolen),
        client.submit(f"/studio/artists/{mine.ids['slug']}/drops/new", stolen),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert everything_in(database) == before


def test_another_pins_picture_can_not_be_changed_by_way_of_ones_own_pin(client, database, sign_in_as):
    with database.transaction() as session:
        theirs, mine = a_full_studio(session, DropState.DRAFT), a_full_studio(session, DropState.DRAFT)
    sign_in_as(client, mine.member)
    client.get("/studio")

    answer = client.submit(
        f"/studio/pins/{mine.ids['pin_id']}/pictures/{theirs.ids['hung_id']}", {"act": "remove", "alt": "x"}
    )

    assert answer.status_code == 404


def test_only_a_confirmed_account_makes_an_artist_page(client, database, sign_in_as):
    with database.transaction() as session:
        account = an_account(session, confirmed_at=None)
    sign_in_as(client, account)
    client.get("/forgot")

    answers = [client.get("/studio/artists/new"), client.submit("/studio/artists/new", ARTIST)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert everything_in(database)["artist"] == []
