import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from factories import NOON
from sales import a_refund, a_sale
from storefront.ledger.chain import EntryKind, LedgerEntry, list_piece_entries, verify
from storefront.orders.orders import OrderLine, OrderState
from storefront.provenance.certificates import Certificate, Standing, find_certificate
from storefront.provenance.issuing import Issuer, NotOwned, issue
from storefront.provenance.keys import KeyLocked, SigningKey, Vault, current_key, list_keys, rotate
from storefront.provenance.records import check_document

ISSUER = Issuer("Vitrine", Vault(["a secret of the shop"]))


@pytest.fixture
def line(database):
    """The id of a paid order's only line."""
    with database.transaction() as session:
        return a_sale(session).lines[0].id


def issued(database, line, issuer=ISSUER, at=NOON):
    with database.transaction() as session:
        return issue(session, [line], issuer, at=at)[line].code


def test_a_sale_has_one_certificate_that_verifies_without_the_shop(database, line):
    code = issued(database, line)
    again = issued(database, line, at=NOON + timedelta(days=1))

    assert again == code
    with database.reading() as session:
        found = find_certificate(session, f" {code[:4]}-{code[4:]}".lower())
        said = check_document(found.document, [key.public_key for key in list_keys(session)])
        entries = list(session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq)))
        ref = found.line.hold.edition.ref
        assert verify(session, ref) is None
    assert found.standing is Standing.GENUINE
    assert said["piece"] == {"kind": "numbered", "number": 1}
    assert said["edition"]["ref"] == ref
    assert said["code"] == code
    assert entries.count(EntryKind.CERTIFIED) == 1


def test_the_record_points_to_the_sale_in_the_ledger(database, line):
    code = issued(database, line)
    with database.reading() as session:
        head = find_certificate(session, code).said["ledger"]
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.hash == head["hash"])).one()
    assert (entry.seq, entry.kind) == (head["seq"], EntryKind.SOLD)


def test_nobody_is_told_who_bought(database, line):
    code = issued(database, line)
    with database.reading() as session:
        document = find_certificate(session, code).document
        order = session.get_one(OrderLine, line).order
    assert order.email not in document
    assert order.code not in document


def test_an_unpaid_order_gets_none(database, line):
    with database.transaction() as session:
        session.get_one(OrderLine, line).state = "reserved"
    with pytest.raises(NotOwned):
        issued(database, line)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Certificate)) == 0
        assert session.scalar(select(func.count()).select_from(SigningKey)) == 0


def test_a_refund_revokes_it(database, line):
    code = issued(database, line)
    with database.transaction() as session:
        a_refund(session, session.get_one(OrderLine, line).order)
    with database.reading() as session:
        assert session.get_one(OrderLine, line).order.state is OrderState.REFUNDED
        assert find_certificate(session, code).standing is Standing.REVOKED


def test_after_a_rotation_old_certificates_stay_genuine_and_new_ones_have_the_new_key(database, line):
    old = issued(database, line)
    with database.transaction() as session:
        rotate(session, ISSUER.vault, at=NOON)
        another = a_sale(session).lines[0].id
    new = issued(database, another)

    with database.reading() as session:
        log = [key.public_key for key in list_keys(session)]
        first, second = find_certificate(session, old), find_certificate(session, new)
        assert check_document(first.document, log)["key"] != check_document(second.document, log)["key"]
        assert [key.retired_at is None for key in list_keys(session)] == [False, True]


def test_the_secret_key_lies_encrypted_and_an_older_secret_still_opens_it(database):
    with database.transaction() as session:
        sealed = current_key(session, ISSUER.vault, at=NOON).sealed
    opened = ISSUER.vault.open(sealed)

    assert opened.private_bytes_raw().hex() not in sealed.encode().hex()
    assert (
        Vault(["a new secret", "a secret of the shop"]).open(sealed).private_bytes_raw() == opened.private_bytes_raw()
    )
    stranger = dataclasses.replace(ISSUER, vault=Vault(["a stranger's secret"]))
    with pytest.raises(KeyLocked):
        stranger.vault.open(sealed)


def test_a_key_none_of_the_secrets_opens_is_followed_by_another(database, line):
    old = issued(database, line)
    with database.transaction() as session:
        another = a_sale(session).lines[0].id
    new = issued(database, another, Issuer("Vitrine", Vault(["the secret after the old one was forgotten"])))

    with database.reading() as session:
        log = [key.public_key for key in list_keys(session)]
        assert [check_document(find_certificate(session, code).document, log)["code"] for code in (old, new)] == [
            old,
            new,
        ]
    assert len(log) == 2


def test_a_piece_finds_its_certificate_in_its_history(database, line):
    code = issued(database, line)
    with database.reading() as session:
        found = find_certificate(session, code)
        entries = list_piece_entries(session, found.line.hold.edition.ref, "numbered", 1)
    assert [entry.kind for entry in entries] == [EntryKind.SOLD, EntryKind.CERTIFIED]
