"""The public ledger tells every number's story, nobody's name, and nothing of a sealed edition before its time."""

import json

import pytest
from sqlalchemy import update

from factories import NOON, a_drop, an_edition
from sales import a_hold, a_refund, a_sale
from shopfront import hang, numbers_in_hand
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.sealing import reveal_due
from storefront.ledger.documents import check_parts
from storefront.orders.orders import OrderLine
from storefront.provenance.certificates import show_name
from storefront.provenance.daily_heads import write_heads
from storefront.provenance.issuing import issue
from storefront.web import ledgers


@pytest.fixture
def engine_name():
    """SQLite alone: nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def issuer(app):
    return app.extensions["services"].issuer


@pytest.fixture
def edition(database, issuer):
    """Of ten: 1 sold and certified, 2 given back, 3 held, 7 reserved, 8 never made, two proofs."""
    with database.transaction() as session:
        edition = hang(session, {"size": 10, "reserved": [7, 8], "proofs": 2, "per_person": 1}).edition
        line = a_sale(session, edition).lines[0]
        show_name(issue(session, [line.id], issuer, at=NOON)[line.id], "Maria P.")
        a_refund(session, a_sale(session, edition))
        a_hold(session, edition)
        session.execute(update(Piece).where(Piece.number == 8).values(state=PieceState.VOID))
    return edition


def cell(page, anchor):
    return page.select_one(f"#{anchor}").get_text(" ", strip=True)


def test_every_number_is_there_with_its_state_in_words_and_its_history(client, edition):
    answer = client.get(f"/e/{edition.ref}/ledger")
    page = client.page

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["ETag"]
    assert len(page.select(".numbers > li")) == 12
    assert cell(page, "n-1").startswith("1 sold Maria P.")
    assert "12:00 UTC: sold by the artist" in cell(page, "n-1")
    assert "given back and refunded" in cell(page, "n-2")
    assert cell(page, "n-2").startswith("2 not for sale")
    assert cell(page, "n-3") == "3 not sold yet"  # holds are no entries
    assert cell(page, "n-7") == "7 not for sale"
    assert cell(page, "n-8") == "8 never made"
    assert cell(page, "ap-2") == "AP 2 not for sale"
    numbered, proofs = ([int(b.get_text()) for b in sums.select("b")] for sums in page.select(".sum"))
    for *parts, whole in (numbered, proofs):
        assert sum(parts) == whole
    assert (numbered[-1], proofs[-1]) == (10, 2)


def test_what_a_closed_drop_has_left_was_not_sold_once_nobody_pays_any_more(client, edition, database):
    with database.transaction() as session:
        session.execute(update(Drop).values(state=DropState.CLOSED))
    client.get(f"/e/{edition.ref}/ledger")
    assert cell(client.page, "n-4") == "4 not sold yet"  # number 3 may still be paid

    with database.transaction() as session:
        session.execute(update(Piece).where(Piece.state == PieceState.HELD).values(state=PieceState.AVAILABLE))
    client.get(f"/e/{edition.ref}/ledger", headers={"Cache-Control": "no-cache"})
    assert cell(client.page, "n-4") == "4 not sold"


def test_nobody_is_in_it_who_does_not_want_to_be(client, edition, database):
    texts = [client.get(f"/e/{edition.ref}/{name}").get_data(as_text=True) for name in ("ledger", "ledger.json")]
    with database.reading() as session:
        codes = [line.order.code for line in session.query(OrderLine)]
    for text in texts:
        assert not [word for word in ("maria@", "Rua", "Prado", *codes) if word in text]
    assert "Maria P." not in texts[1]


def test_the_chain_can_be_downloaded_and_checked(client, edition, monkeypatch):
    monkeypatch.setattr("storefront.ledger.documents.PART", 3)
    texts, address = [], f"/e/{edition.ref}/ledger.json"
    while address:
        texts.append(client.get(address).get_data(as_text=True))
        address = json.loads(texts[-1])["next"]
    checked = check_parts(texts)
    assert len(texts) == 2
    assert checked.seq == 5
    assert client.get(f"/e/{edition.ref}/ledger.json?after=77").status_code == 404


def test_a_reader_who_has_it_already_gets_nothing_anew(client, edition):
    for name in ("ledger", "ledger.json"):
        first = client.get(f"/e/{edition.ref}/{name}")
        again = client.get(f"/e/{edition.ref}/{name}", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


def test_a_large_edition_comes_in_pages_and_a_number_is_found(client, database, monkeypatch, queries):
    monkeypatch.setattr(ledgers, "PER_PAGE", 4)
    with database.transaction() as session:
        ref = hang(session, {"size": 10}).edition.ref
    seen = []
    for page, count in ((1, 4), (3, 2), (9, 2)):
        with queries() as asked:
            client.get(f"/e/{ref}/ledger?page={page}")
        assert len(client.page.select(".numbers > li")) == count
        seen.append(len(asked))
    assert max(seen) <= 16
    assert client.get(f"/e/{ref}/ledger?number=6").location == f"/e/{ref}/ledger?page=2#n-6"
    answer = client.get(f"/e/{ref}/ledger?number=eleven")
    assert answer.status_code == 400
    assert "There is no number eleven here" in client.page.get_text()


@pytest.mark.parametrize("size", [3, 300])
def test_the_number_of_queries_does_not_grow_with_the_edition(client, database, queries, size):
    with database.transaction() as session:
        edition = hang(session, {"size": size}).edition
        ref = edition.ref
        for _ in range(3 if size > 3 else 1):
            a_sale(session, edition)
    with queries() as asked:
        client.get(f"/e/{ref}/ledger")
    assert len(asked) <= 16


def test_a_sealed_edition_tells_nothing_before_its_seal_is_opened(client, database, issuer):
    with database.transaction() as session:
        drop = a_drop(session)
        edition = an_edition(session, drop, policy=NumberPolicy.SEALED, size=500)
        line = a_sale(session, edition).lines[0]
        show_name(issue(session, [line.id], issuer, at=NOON)[line.id], "Maria P.")
        (number,) = numbers_in_hand(session, edition)
        write_heads(session, issuer, at=NOON)
    addresses = [f"/e/{edition.ref}/ledger", f"/e/{edition.ref}/ledger.json", "/ledger/heads.json"]
    texts = [client.get(address).get_data(as_text=True) for address in addresses]
    client.get(addresses[0])
    assert not client.page.select(".numbers")
    assert "sealed while they are sold" in client.page.get_text()
    assert [int(b.get_text()) for b in client.page.select(".sum b")] == [1, 499, 500]
    for text in texts:
        assert "Maria" not in text
        assert edition.seed not in text
    assert [entry["kind"] for entry in json.loads(texts[1])["entries"]] == ["declared"]
    assert edition.ref not in texts[2]
    codes = [client.get(f"{addresses[1]}?after={seq}").status_code for seq in range(4)]
    assert codes == [200, 200, 404, 404]  # the hash of a sale would tell its number to whoever tries them all

    with database.transaction() as session:
        session.merge(drop).state = DropState.CLOSED
        session.flush()
        reveal_due(session, at=NOON)
    client.get(client.get(f"/e/{edition.ref}/ledger?number={number}").location.replace("#", "&x="))
    assert cell(client.page, f"n-{number}").startswith(f"{number} sold Maria P.")
    assert check_parts([client.get(addresses[1]).get_data(as_text=True)]).seq == 4


def test_what_was_never_announced_has_no_ledger(client, database):
    with database.transaction() as session:
        ref = an_edition(session, a_drop(session, state=DropState.DRAFT, announced_at=None), minted=False).ref
    for name in (ref, "nothing", "x" * 300):
        assert client.get(f"/e/{name}/ledger").status_code == 404
        assert client.get(f"/e/{name}/ledger.json").status_code == 404


def test_the_daily_head_is_there_for_every_day(client, edition, database, issuer):
    assert client.get("/ledger/heads.json").status_code == 404
    with database.transaction() as session:
        write_heads(session, issuer, at=NOON)
    newest = client.get("/ledger/heads.json")
    assert client.get("/ledger/heads/2026-06-01.json").data == newest.data
    assert edition.ref in newest.json["record"]["heads"]
    for day in ("2026-06-02", "yesterday", "2026-06-31"):
        assert client.get(f"/ledger/heads/{day}.json").status_code == 404


def test_a_drops_page_leads_to_it(client, edition, database):
    with database.reading() as session:
        slug = session.merge(edition).drop.slug
    client.get(f"/d/{slug}")
    link = client.page.select_one(f"a[href='/e/{edition.ref}/ledger']")
    assert link
