"""An address is asked for as its country has it, without script; what was typed stays through every change of country."""

import pytest

from factories import NOON, a_key
from people import a_person
from shopfront import hang
from storefront.accounts import saved_addresses

AMERICAN = {
    "name": "Ada Lovelace",
    "line1": "1 Grove St",
    "city": "Berkeley",
    "region": "California",
    "postcode": "94703",
}


@pytest.fixture
def engine_name():
    return "sqlite"  # pages are tested on one database


@pytest.fixture
def ada(database, client, sign_in_as):
    with database.transaction() as session:
        account = a_person(session)
    sign_in_as(client, account)
    return account


def typed(form):
    """What a browser would send of the form."""
    chosen = {s["name"]: s.select_one("option[selected]") for s in form.select("select")}
    fields = {f["name"]: f.get("value", "") for f in form.select("input[name]")}
    return fields | {name: one["value"] if one else "" for name, one in chosen.items()}


def use(client, country, fields):
    answer = client.submit("/account/delivery", {**fields, "country": country, "use_country": "1"})
    assert answer.status_code == 200
    assert not client.page.select(".error")
    return client.page.select_one("form:has([name=country])")


def asked(form):
    """The fields that are seen, in the page's order, by their labels."""
    return {label["for"]: label.contents[0].strip() for label in form.select("label[for]")}


def test_another_country_is_another_form_and_nothing_typed_is_lost(client, ada):
    form = use(client, "US", AMERICAN)
    assert list(asked(form)) == ["name", "country", "line1", "line2", "city", "region", "postcode"]
    assert asked(form)["postcode"] == "ZIP code"
    assert form.select_one("[name=region]")["autocomplete"] == "address-level1"
    assert typed(form)["region"] == "CA"

    form = use(client, "AE", typed(form))
    assert list(asked(form)) == ["name", "country", "line1", "line2", "region"]
    form = use(client, "JP", typed(form))
    assert list(asked(form)) == ["name", "country", "postcode", "region", "line1", "line2"]
    form = use(client, "US", typed(form))

    assert AMERICAN.items() <= {**typed(form), "region": "California"}.items()
    assert typed(form)["region"] == "CA"


@pytest.mark.parametrize(
    ("country", "changes", "sentence"),
    [
        ("US", {"postcode": "9470"}, "Check the ZIP code: one looks like \u206695014\u2069."),
        ("US", {"region": "Bavaria"}, "Choose the state or territory."),
        ("US", {"region": ""}, "Choose the state or territory."),
        ("DE", {"postcode": ""}, "Enter the postcode."),
        ("", {"line1": ""}, "Choose the country. Enter street and number."),
        ("AU", {"region": "VIC", "postcode": "3000", "city": ""}, "Enter the suburb."),
    ],
)
def test_what_the_post_could_not_deliver_is_told_in_a_sentence(client, ada, country, changes, sentence):
    answer = client.submit("/account/delivery", {**AMERICAN, "country": country, **changes})

    assert answer.status_code == 422
    assert " ".join(error.get_text(strip=True) for error in client.page.select(".error")) == sentence
    assert all(client.page.select_one(link["href"]) for link in client.page.select("#errors a"))


def test_an_address_stored_before_its_country_asked_for_more_is_completed_when_paying(client, database, ada, clock):
    with database.transaction() as session:
        hung = hang(session)
        old = {"name": "Ada", "line1": "1 Grove St", "postcode": "94703", "city": "Berkeley", "country": "US"}
        saved_addresses.save(session, ada.id, old, at=NOON)
    client.get(f"{hung.url}/ready")
    assert "Still to do" in client.page.select_one("section:has(address)").get_text()
    held = client.submit(f"{hung.url}/holds", {"edition": hung.edition.id, "idempotency_key": a_key()})
    client.get(held.headers["Location"])
    form = client.page.select_one('form[action="/checkout"]')
    assert typed(form)["city"] == "Berkeley"

    told = client.submit("/checkout", {**typed(form), "line1": "2 Grove St", "use_country": "1"})
    form = client.page.select_one('form[action="/checkout"]')
    assert (told.status_code, typed(form)["line1"], client.page.select(".error")) == (200, "2 Grove St", [])
    client.submit("/checkout", {**typed(form), "region": "CA"})

    assert "Berkeley, CA 94703" in client.page.select_one("address").get_text()
