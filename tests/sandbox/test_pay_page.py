"""The pay page in a browser without script: what it shows, what it asks, where it leads."""

import pytest
import requests
from bs4 import BeautifulSoup

CARD = {
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "code": "123",
    "email": "buyer@example.org",
    "name": "Ada",
}


def visit(url):
    answer = requests.get(url, timeout=10)
    return answer, BeautifulSoup(answer.text, "html.parser")


def press(session, path="", **typed):
    answer = requests.post(session["url"] + path, data=typed, allow_redirects=False, timeout=15)
    return answer, BeautifulSoup(answer.text, "html.parser")


def test_it_shows_what_is_bought_and_what_it_costs(api):
    session = api.a_session(**{"line_items[0][quantity]": "2", "custom_text[submit][message]": "Yours until noon."})

    answer, page = visit(session["url"])

    text = " ".join(page.get_text(" ").split())
    assert answer.status_code == 200
    assert "TEST MODE" in text
    assert "Rose window, 17/50 × 2" in text
    assert "Total 56.00 EUR" in text
    assert "Yours until noon." in text
    assert page.find("a", string="Back to the shop")["href"] == "http://127.0.0.1:8000/checkout"


def test_it_needs_no_script_and_every_field_has_its_label(api):
    _, page = visit(api.a_session()["url"])

    assert not page.find_all("script")
    assert not page.select("[style], [onclick]")
    assert page.html["lang"] == "en"
    assert len(page.find_all("h1")) == 1
    for field in page.find_all("input"):
        assert page.find("label", attrs={"for": field["id"]}), field


def test_its_policy_allows_the_way_back_to_the_shop_and_nothing_else(api):
    answer, page = visit(api.a_session()["url"])

    style = requests.get(answer.url.split("/c/")[0] + page.find("link")["href"], timeout=5)
    assert "form-action 'self' http://127.0.0.1:8000;" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert style.headers["Content-Type"].startswith("text/css")


def test_a_good_card_leads_back_to_the_shop_with_the_session(api):
    session = api.a_session()

    answer, _ = press(session, **CARD)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:8000/pay/return?cs={session['id']}"
    assert api.get(f"/v1/checkout/sessions/{session['id']}").json()["customer_details"]["email"] == "buyer@example.org"


def test_a_declined_card_says_why_and_keeps_what_may_be_kept(api):
    session = api.a_session()

    answer, page = press(session, **{**CARD, "number": "4000000000009995"})

    assert answer.status_code == 402
    assert page.find(role="alert").get_text(strip=True) == "Your card has insufficient funds."
    assert page.find(id="email")["value"] == "buyer@example.org"
    assert page.find(id="number")["value"] == ""
    assert page.find(id="code")["value"] == ""


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("number", ""),
        ("expiry", "13/34"),
        ("expiry", "12/20"),
        ("expiry", "soon"),
        ("code", "12"),
        ("code", "１２３"),
        ("email", "me"),
        ("email", ""),
    ],
)
def test_a_field_that_does_not_fit_is_marked_and_nothing_is_tried(api, sandbox, field, typed):
    answer, page = press(api.a_session(), **{**CARD, field: typed})

    marked = page.find_all(attrs={"aria-invalid": "true"})
    assert answer.status_code == 422
    assert [entry["name"] for entry in marked] == [field]
    assert page.find(id=marked[0]["aria-describedby"]).get_text(strip=True).endswith(".")
    assert sandbox.rows("payment_intent") == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("4111111111111111", "non test card"),
        ("4242424242424241", "number is incorrect"),
        ("<b>", "number is incorrect"),
    ],
)
def test_a_number_that_is_no_test_card_is_declined(api, number, words):
    _, page = press(api.a_session(), **{**CARD, "number": number})

    assert words in page.find(role="alert").get_text()


def test_the_address_the_shop_gave_can_not_be_changed(api):
    session = api.a_session(customer_email="known@example.org")
    _, page = visit(session["url"])

    press(session, **{**CARD, "email": "other@example.org"})

    assert page.find(id="email").has_attr("readonly")
    assert api.get(f"/v1/checkout/sessions/{session['id']}").json()["customer_details"]["email"] == "known@example.org"


def test_a_challenge_is_approved_on_a_page_of_its_own(api):
    session = api.a_session()
    answer, _ = press(session, **{**CARD, "number": "4000 0027 6000 3184"})
    _, challenge = visit(session["url"] + "/challenge")

    approved, _ = press(session, "/challenge", answer="approve")

    assert answer.headers["Location"].endswith("/challenge")
    assert [button["value"] for button in challenge.find_all("button")] == ["approve", "fail"]
    assert "28.00 EUR" in challenge.get_text()
    assert approved.headers["Location"].startswith("http://127.0.0.1:8000/pay/return")


def test_a_failed_challenge_returns_to_the_card(api):
    session = api.a_session()
    press(session, **{**CARD, "number": "4000002500003155"})

    answer, page = press(session, "/challenge", answer="fail")

    assert answer.status_code == 402
    assert "unable to authenticate" in page.find(role="alert").get_text()
    assert page.find(id="email")["value"] == "buyer@example.org"


def test_a_challenge_nobody_asked_for_leads_to_the_card(api):
    session = api.a_session()

    answer = requests.get(session["url"] + "/challenge", allow_redirects=False, timeout=5)

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(session["id"])


@pytest.mark.parametrize(
    ("end", "words", "back"), [("expire", "has ended", "/checkout"), ("pay", "all done", "/pay/return?cs=cs_test_")]
)
def test_an_ended_page_says_so_and_charges_nothing_more(api, sandbox, end, words, back):
    session = api.a_session()
    if end == "expire":
        api.post(f"/v1/checkout/sessions/{session['id']}/expire")
    else:
        press(session, **CARD)
    charges = len(sandbox.rows("charge"))

    _, page = visit(session["url"])
    _, pressed = press(session, **CARD)

    assert words in page.h1.get_text()
    assert words in pressed.h1.get_text()
    assert back in page.find("a")["href"]
    assert len(sandbox.rows("charge")) == charges


def test_an_unknown_page_is_not_found(sandbox):
    answer, page = visit(f"{sandbox.url}/c/pay/cs_test_nothing")

    assert answer.status_code == 404
    assert "no such payment page" in page.h1.get_text()


def test_what_the_shop_wrote_is_shown_as_text(api):
    session = api.a_session(**{"line_items[0][price_data][product_data][name]": "<script>alert(1)</script>"})

    answer, page = visit(session["url"])

    assert not page.find_all("script")
    assert "&lt;script&gt;" in answer.text


def test_a_currency_without_cents_is_written_without_them(api):
    session = api.a_session(**{"line_items[0][price_data][currency]": "jpy"})

    _, page = visit(session["url"])

    assert page.h1.get_text() == "Pay 2,800 JPY"
