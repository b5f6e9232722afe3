import dataclasses
import email
from datetime import timedelta
from email import policy
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup

from factories import NOON, a_buyer, a_drop, a_key, an_artist, an_edition
from people import a_person
from storefront.accounts import tokens
from storefront.accounts.people import ArtistMember
from storefront.accounts.tokens import AccountToken, Purpose
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.following import follows
from storefront.following.follows import Reader, Subject
from storefront.ids import new_code, token_hash
from storefront.inventory.holds import Hold
from storefront.inventory.placing import place_hold
from storefront.ledger.chain import EntryKind, record
from storefront.orders.links import write_out_link
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.outbox.kinds import Kind
from storefront.outbox.mail import Sender, compose
from storefront.outbox.messages import post
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.payments.money_moved import Payment, Refund, RefundState
from storefront.web.emails import make_courier, make_renderer

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "Lisboa",
    "postcode": "1100-001",
    "country": "PT",
}
EVIL = 'Ada"><script>alert(1)</script>\r\nBcc: all@example.org\n\n{{70007*70009}} https://evil.example'


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, base_url="https://shop.example", imprint="Vitrine, Rua Nova 1, Lisboa")


@pytest.fixture
def render(app):
    return make_renderer(app)


@pytest.fixture
def key(settings):
    return settings.secret_key.encode()


def a_token(session, key, purpose, **more):
    account = more.pop("account", None) or a_person(session)
    return tokens.issue(session, account, purpose, key=key, at=NOON, **more)


def an_order(session, *, state=OrderState.PAID, count=2, policy_of_numbers=NumberPolicy.ASCENDING, **values):
    artist = an_artist(session, name="Mira Vale")
    edition = an_edition(session, a_drop(session, artist), per_person=5, policy=policy_of_numbers)
    buyer = a_buyer(session)
    held = [
        session.get_one(Hold, place_hold(session, edition, buyer.id, key=a_key(), at=NOON).hold_id)
        for _ in range(count)
    ]
    order = Order(
        **{
            "code": new_code(),
            "buyer_id": buyer.id,
            "placed_by": buyer.id,
            "artist_id": artist.id,
            "attempt_id": an_attempt(session).id if state in (OrderState.PAID, OrderState.REFUNDED) else None,
            "state": state,
            "email": "ada@example.org",
            "address": ADDRESS,
            "locale": "en",
            "shipping_minor": 550,
            "tax_minor": 1047,
            "total_minor": 2800 * count + 550,
            "currency": "EUR",
            "placed_at": NOON,
            **values,
        }
    )
    sold = LineState.CANCELLED if state is OrderState.CANCELLED else LineState.SOLD
    order.lines = [
        OrderLine(hold_id=hold.id, piece_id=hold.piece_id, price_minor=2800, tax_minor=523, state=sold) for hold in held
    ]
    session.add(order)
    session.flush()
    return order


def an_attempt(session):
    attempt = CheckoutAttempt(
        reference=new_code(), idempotency_key=a_key(), state=AttemptState.PAID, params="{}", session_id=a_key(), amount_minor=6150, currency="EUR",
        queued_at=NOON, next_check_at=NOON,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    return attempt


def a_refund(session, order, *, late):
    payment = Payment(attempt_id=order.attempt_id, intent_id=a_key(), captured_minor=6150, currency="EUR", paid_at=NOON)
    session.add(payment)
    session.flush()
    refund = Refund(
        payment_id=payment.id, idempotency_key=a_key(), amount_minor=6150, number_returns=not late, reason="asked",
        state=RefundState.SUCCEEDED, requested_at=NOON, next_try_at=NOON,
    )  # fmt: skip
    session.add(refund)
    session.flush()
    return refund


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words, self.links, self.tags = [], [], set()

    def handle_data(self, data):
        self.words += data.split()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def read(html):
    words = Words()
    words.feed(html)
    return words


@pytest.mark.parametrize(
    ("kind", "purpose", "path"),
    [
        (Kind.CONFIRM_ADDRESS, Purpose.CONFIRM, "confirm"),
        (Kind.RESET_PASSWORD, Purpose.RESET, "reset"),
        (Kind.CHANGE_ADDRESS, Purpose.CHANGE_EMAIL, "confirm"),
    ],
)
def test_a_mail_with_a_link_that_works_once(render, database, key, client, kind, purpose, path):
    with database.transaction() as session:
        row = a_token(session, key, purpose, new_email="new@example.org")

    mail = render(kind, {"token_id": row.id})

    link = f"https://shop.example/{path}/{tokens.write_out(row, [key])}"
    assert mail.to == ("new@example.org" if purpose is Purpose.CHANGE_EMAIL else "ada@example.org")
    assert link in mail.text.split()
    assert link in read(mail.html).links
    assert client.get(link.removeprefix("https://shop.example")).status_code == 200


def test_a_link_that_works_no_more_is_not_sent(render, database, key, clock):
    with database.transaction() as session:
        used, late = (
            a_token(session, key, Purpose.CONFIRM),
            a_token(session, key, Purpose.RESET, account=a_person(session, "bea@example.org")),
        )
        tokens.void(session, used.account_id, [Purpose.CONFIRM], at=NOON)
    clock.tick(minutes=31)

    assert render(Kind.CONFIRM_ADDRESS, {"token_id": used.id}) is None
    assert render(Kind.RESET_PASSWORD, {"token_id": late.id}) is None


def test_a_link_made_before_the_key_was_changed_is_still_sent(settings, database, clock, gateway, app):
    from storefront.app import create_app  # noqa: PLC0415

    with database.transaction() as session:
        row = a_token(session, settings.secret_key.encode(), Purpose.RESET)
    rotated = dataclasses.replace(
        settings, secret_key="another secret key, long enough too", secret_key_fallbacks=(settings.secret_key,)
    )
    render = make_renderer(create_app(rotated, database=database, clock=clock, gateway=gateway))

    assert render(Kind.RESET_PASSWORD, {"token_id": row.id}) is not None


def test_the_former_address_is_told_of_a_change(render, database, key):
    with database.transaction() as session:
        row = a_token(session, key, Purpose.CHANGE_EMAIL, new_email="new@example.org")

    mail = render(Kind.ADDRESS_CHANGED, {"token_id": row.id})

    assert mail.to == "ada@example.org"
    assert "new@example.org" not in mail.text + mail.html


def test_an_owner_is_told_that_there_is_an_account(render, database):
    with database.transaction() as session:
        account = a_person(session)

    mail = render(Kind.ACCOUNT_EXISTS, {"account_id": account.id})

    assert mail.to == "ada@example.org"
    for path in ("sign-in", "forgot"):
        assert f"https://shop.example/{path}" in mail.text


def test_a_receipt_has_every_number_price_and_sum_in_both_forms(render, database):
    with database.transaction() as session:
        order = an_order(session)
        titles = [line.hold.edition.pin.title for line in order.lines]

    mail = render(Kind.ORDER_PAID, {"order_id": order.id})

    facts = ["number 1/10", "number 2/10", *titles, "€28.00", "€5.50", "€61.50", "€10.47", order.code, "Mira Vale", "Ada Lovelace",
             "12 St James's Square", "1100-001 Lisboa", "Portugal", "10 days", "Rua Nova 1", "shop@example.org"]  # fmt: skip
    html = " ".join(read(mail.html).words)
    for fact in facts:
        assert fact in mail.text, fact
        assert fact in html, fact
    assert mail.to == "ada@example.org"
    assert order.code in mail.subject


def test_a_receipt_writes_the_address_as_the_country_it_goes_to_does(render, database):
    japanese = {
        **ADDRESS,
        "line1": "1-5-3 Yaesu, Chuo-ku",
        "city": "",
        "region": "Tokyo",
        "postcode": "154-0023",
        "country": "JP",
    }
    with database.transaction() as session:
        order = an_order(session, address=japanese, locale="ar")

    mail = render(Kind.ORDER_PAID, {"order_id": order.id})

    lines = ["Ada Lovelace", "1-5-3 Yaesu, Chuo-ku, Tokyo", "154-0023", "اليابان"]
    assert "\n".join(lines) in mail.text
    assert [line.text for line in BeautifulSoup(mail.html, "html.parser").select("bdi")][-4:] == lines


def test_a_receipts_link_opens_its_order_and_only_for_ninety_days(render, database, client, clock):
    with database.transaction() as session:
        order = an_order(session)

    links = [link for link in read(render(Kind.ORDER_PAID, {"order_id": order.id}).html).links if "/orders/" in link]

    path = links[0].removeprefix("https://shop.example")
    assert client.get(path).headers["Location"] == f"/orders/{order.code}"
    clock.tick(days=91)
    assert client.get(path).status_code == 404


def test_every_mail_of_an_order_has_the_same_link_and_only_its_hash_is_kept(render, database, key):
    with database.transaction() as session:
        order = an_order(session)

    first, second = (render(Kind.ORDER_PAID, {"order_id": order.id}) for _ in range(2))

    assert first == second
    with database.transaction() as session:
        kept = session.get_one(Order, order.id)
        token = write_out_link(session, kept, keys=[key], at=NOON)
        assert kept.link_hash == token_hash(token)
    assert token in first.text


def test_an_unpaid_order_gets_no_receipt(render, database):
    with database.transaction() as session:
        order = an_order(session, state=OrderState.PLACED)

    assert render(Kind.ORDER_PAID, {"order_id": order.id}) is None


@pytest.mark.parametrize("late", [True, False])
def test_a_refund_says_how_much_and_why(render, database, late):
    with database.transaction() as session:
        order = an_order(session)
        refund = a_refund(session, order, late=late)

    mail = render(Kind.ORDER_REFUNDED, {"order_id": order.id, "refund_id": refund.id})

    assert "€61.50" in mail.text
    assert ("after the time for your number was over" in mail.text) is late
    assert ("number 1/10" in mail.text) is not late
    assert "€61.50" in " ".join(read(mail.html).words)


def test_a_lost_hold_says_that_nothing_was_paid_and_names_no_sealed_number(render, database):
    with database.transaction() as session:
        order = an_order(session, state=OrderState.CANCELLED, policy_of_numbers=NumberPolicy.SEALED)

    mail = render(Kind.HOLD_LOST, {"order_id": order.id})

    assert "No money was taken." in mail.text
    assert "/10" not in mail.text


def test_prices_read_as_they_do_in_the_orders_language(render, database):
    with database.transaction() as session:
        german, unknown = an_order(session, locale="de"), an_order(session, locale="xx-nonsense")

    assert "61,50\xa0€" in render(Kind.ORDER_PAID, {"order_id": german.id}).text
    assert "€61.50" in render(Kind.ORDER_PAID, {"order_id": unknown.id}).text


def test_an_unknown_kind_is_a_failure_and_not_silence(render):
    with pytest.raises(ValueError, match="nonsense"):
        render("nonsense", {})


def test_what_people_type_is_text_in_a_mail_and_nothing_else(render, database, key, settings):
    with database.transaction() as session:
        person = a_person(session, name=EVIL)
        row = a_token(session, key, Purpose.CONFIRM, account=person)
        order = an_order(session, address={**ADDRESS, "name": EVIL})

    for mail in (render(Kind.CONFIRM_ADDRESS, {"token_id": row.id}), render(Kind.ORDER_PAID, {"order_id": order.id})):
        parsed = read(mail.html)
        assert "script" not in parsed.tags
        assert not [link for link in parsed.links if not link.startswith("https://shop.example/")]
        assert "4901120063" not in mail.subject + mail.text + mail.html
        assert "{{70007*70009}}" in mail.text
        message = compose(mail, Sender("Vitrine", "shop@example.org", "shop.example"), "k", at=NOON)
        assert message["Bcc"] is None
        assert message["To"] == "ada@example.org"


def test_every_kind_of_mail_says_the_same_in_html_and_in_text(render, database, key):
    with database.transaction() as session:
        refs = refs_of_every_kind(session, key)

    elsewhere = ("waitlist_", "transfer_", "piece_")  # with what they are about
    assert {kind for kind in Kind if not kind.startswith(elsewhere)} == refs.keys()
    for kind, ref in refs.items():
        assert_the_same_in_both(kind, render(kind, ref))


def assert_the_same_in_both(kind, mail):
    assert mail.subject
    assert not {"{{", "{%", "None", "%("} & {
        part for part in ("{{", "{%", "None", "%(") if part in mail.text + mail.html
    }
    assert "\n\n\n" not in mail.text
    html = read(mail.html)
    assert {"html", "body"} <= html.tags
    links = {word for word in mail.text.split() if word.startswith(("https://", "http://"))}
    assert links == {link for link in html.links if not link.endswith("card.jpg")}, kind
    words = {word.rstrip(":") for word in mail.text.split() if word not in links} - {"--"}
    seen = BeautifulSoup(mail.html, "html.parser").body.get_text("").split()
    assert words == {word.rstrip(":") for word in seen}, kind


def refs_of_every_kind(session, key):
    person = a_person(session)
    order, lost = an_order(session), an_order(session, state=OrderState.CANCELLED)
    by_purpose = {
        purpose: a_token(session, key, purpose, account=person, new_email="new@example.org") for purpose in Purpose
    }
    drop = an_edition(session, a_drop(session, state=DropState.ANNOUNCED, opens_at=NOON + timedelta(days=1))).drop
    order.paid_at, sold = NOON, order.lines[0].hold
    maker = a_person(session, "mira@example.org", is_admin=True)
    session.add(ArtistMember(account_id=maker.id, artist_id=order.artist_id, joined_at=NOON))
    record(session, sold.edition.ref, EntryKind.SOLD, {"number": 1}, at=NOON + timedelta(minutes=4))
    asked, follow = (a_follow(session, key, drop, at) for at in (None, NOON))
    news = {"follow_id": follow, "drop_id": drop.id, "opens_at": drop.opens_at.isoformat()}
    off = a_drop(session, state=DropState.CANCELLED, cancel_reason="The enamel cracked.")
    return {
        Kind.CONFIRM_ADDRESS: {"token_id": by_purpose[Purpose.CONFIRM].id},
        Kind.RESET_PASSWORD: {"token_id": by_purpose[Purpose.RESET].id},
        Kind.CHANGE_ADDRESS: {"token_id": by_purpose[Purpose.CHANGE_EMAIL].id},
        Kind.ADDRESS_CHANGED: {"token_id": by_purpose[Purpose.CHANGE_EMAIL].id},
        Kind.ACCOUNT_EXISTS: {"account_id": person.id},
        Kind.ORDER_PAID: {"order_id": order.id},
        Kind.ORDER_REFUNDED: {"order_id": order.id, "refund_id": a_refund(session, order, late=False).id},
        Kind.HOLD_LOST: {"order_id": lost.id},
        Kind.CONFIRM_FOLLOW: {"follow_id": asked},
        **dict.fromkeys((Kind.DROP_ANNOUNCED, Kind.DROP_MOVED, Kind.DROP_REMINDER), news),
        Kind.DROP_CANCELLED: {**news, "drop_id": off.id},
        Kind.DROP_OPENED: {"account_id": maker.id, "drop_id": sold.drop_id},
        Kind.DROP_SOLD_OUT: {"account_id": maker.id, "drop_id": sold.drop_id},
        Kind.DAILY_DIGEST: {"account_id": maker.id, "artist_id": order.artist_id, "day": f"{NOON:%Y-%m-%d}"},
        Kind.CHECK_FAILED: {"account_id": maker.id, "broken": {"I1": 2}},
    }


def a_follow(session, key, drop, confirmed_at):
    reader = Reader("ada@example.org", f"key {confirmed_at}")
    ask = follows.ask_to_follow if confirmed_at is None else follows.follow_at_once
    ask(session, Subject(drop_id=drop.id), reader, token_key=key, at=NOON)
    return follows.find_follow(session, Subject(drop_id=drop.id), reader.key).id


def test_the_shops_courier_puts_mails_into_files_where_no_server_is_named(app, database, key, clock, settings):
    with database.transaction() as session:
        row = a_token(session, key, Purpose.RESET)
        post(session, Kind.RESET_PASSWORD, "k", {"token_id": row.id}, at=NOON)

    assert make_courier(app).deliver_due(database, clock) == 1

    (path,) = settings.mail_folder.glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "Choose a new password"
    assert mail["Message-ID"].endswith("@shop.example>")
    with database.reading() as session:
        assert session.get_one(AccountToken, row.id).used_at is None
