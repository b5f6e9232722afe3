"""What an admin may do: each act changes what it says, is written down, and is refused in a sentence when it makes no sense."""

from threading import Barrier, Thread

import pytest

from factories import NOON, an_account, an_edition
from sales import a_sale
from storefront.accounts.people import Account
from storefront.accounts.roles import LastAdmin, dismiss_admin
from storefront.catalog.drops import Drop, DropState
from storefront.invariants.checking import check_all
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.placing import place_hold
from storefront.ledger.chain import LedgerEntry, verify
from storefront.outbox.messages import MessageState, OutboxMessage, post
from storefront.payments.money_moved import Refund
from storefront.provenance.certificates import show_name
from storefront.provenance.issuing import issue


@pytest.fixture
def admin_account(database):
    with database.transaction() as session:
        return an_account(session, is_admin=True, name="Ada Admin")


@pytest.fixture
def admin(client, admin_account, sign_in_as):
    sign_in_as(client, admin_account)
    client.get(f"/admin/accounts/{admin_account.id}")  # a page with forms, for their token
    return client


@pytest.fixture
def edition(database):
    with database.transaction() as session:
        return an_edition(session, size=3, proofs=1)


def said(client, answer):
    """The words at the top of the page one is sent to."""
    assert answer.status_code == 303
    client.get(answer.location)
    return client.page.select_one(".notes").get_text(" ", strip=True)


def piece(database, edition, number, kind="numbered"):
    with database.reading() as session:
        return session.query(Piece).filter_by(edition_id=edition.id, number=number, kind=kind).one()


def decide(client, piece, decision, reason="gift"):
    return client.submit(f"/admin/pieces/{piece.id}/decisions", {"decision": decision, "reason": reason})


def test_a_free_number_is_kept_back_put_on_sale_again_and_kept_back_and_struck_out(admin, database, edition):
    states = []
    for decision in ("withhold", "relist", "withhold", "void"):
        assert "Done" in said(admin, decide(admin, piece(database, edition, 2), decision))
        states.append(piece(database, edition, 2).state)

    with database.reading() as session:
        kinds = [entry.kind.value for entry in session.query(LedgerEntry).order_by(LedgerEntry.seq)]
        bodies = {entry.body for entry in session.query(LedgerEntry).filter(LedgerEntry.seq > 1)}
        assert verify(session, edition.ref) is None
        assert all(finding.holds for finding in check_all(session, at=NOON))
    assert states == [PieceState.WITHHELD, PieceState.AVAILABLE, PieceState.WITHHELD, PieceState.VOID]
    assert kinds == ["declared", "withheld", "relisted", "withheld", "voided"]
    assert bodies == {'{"kind":"numbered","number":2,"reason":"gift"}'}


def test_a_pieces_page_tells_its_history(admin, database, edition):
    decide(admin, piece(database, edition, 2), "withhold")

    admin.get(f"/admin/pieces/{piece(database, edition, 2).id}")

    rows = admin.page.select("table")[0].tbody.find_all("tr")
    assert [row.find_all("td")[0].get_text(strip=True) for row in rows] == ["Kept back"]


@pytest.mark.parametrize(
    "form",
    [
        {"decision": "withhold", "reason": ""},
        {"decision": "withhold", "reason": "because m@example.org asked"},
        {"decision": "", "reason": "gift"},
        {"decision": "relist", "reason": "gift"},
        {"decision": "sell", "reason": "gift"},
    ],
)
def test_a_decision_without_sense_or_reason_is_asked_again(admin, database, edition, form):
    free = piece(database, edition, 2)

    answer = admin.submit(f"/admin/pieces/{free.id}/decisions", form)

    assert answer.status_code == 422
    assert "Choose what to do, and the reason." in admin.page.get_text()
    assert piece(database, edition, 2).state is PieceState.AVAILABLE


def test_a_proof_is_never_put_on_sale(admin, database, edition):
    proof = piece(database, edition, 1, "proof")

    assert decide(admin, proof, "relist").status_code == 422
    assert piece(database, edition, 1, "proof").state is PieceState.WITHHELD


def test_a_sold_number_cannot_be_decided_about(admin, database, edition):
    with database.transaction() as session:
        a_sale(session, edition)

    assert decide(admin, piece(database, edition, 1), "withhold").status_code == 422
    assert piece(database, edition, 1).state is PieceState.SOLD


def test_an_owners_name_is_taken_down_by_whoever_is_sure_and_saw_it(admin, app, database, edition):
    with database.transaction() as session:
        line = a_sale(session, edition).lines[0]
        show_name(issue(session, [line.id], app.extensions["services"].issuer, at=NOON)[line.id], "Rude Name")
    sold = piece(database, edition, 1)
    removals, seen = f"/admin/pieces/{sold.id}/name-removals", {"name": "Rude Name", "sure": "yes"}
    admin.get(f"/admin/pieces/{sold.id}")
    assert admin.page.select_one("input[name=name]")["value"] == "Rude Name"

    unsure = admin.submit(removals, {"name": "Rude Name"})
    assert unsure.status_code == 422
    assert "Tick that you are sure" in admin.page.get_text()
    assert "Nothing was changed" in said(admin, admin.submit(removals, {"name": "Maria", "sure": "yes"}))
    assert "is no longer shown" in said(admin, admin.submit(removals, seen))
    assert not admin.page.select("input[name=name]")
    admin.get(f"/e/{edition.ref}/ledger")
    assert "Rude Name" not in admin.page.get_text()


def test_a_drop_is_paused_with_a_reason_resumed_and_closed(admin, database, edition):
    address, states = f"/admin/drops/{edition.drop_id}", []
    for noun, form in (
        ("pauses", {"reason": "Back in ten minutes."}),
        ("resumptions", {}),
        ("closings", {"sure": "yes"}),
    ):
        assert said(admin, admin.submit(f"{address}/{noun}", form))
        with database.reading() as session:
            states.append(session.get(Drop, edition.drop_id).state)

    assert states == [DropState.PAUSED, DropState.OPEN, DropState.CLOSED]


@pytest.mark.parametrize(
    ("noun", "form", "sentence"),
    [
        ("pauses", {"reason": " "}, "Say why in up to 200 letters"),
        ("pauses", {"reason": "x" * 201}, "Say why in up to 200 letters"),
        ("closings", {}, "Tick that you are sure"),
    ],
)
def test_pausing_needs_a_reason_and_closing_needs_to_be_sure(admin, database, edition, noun, form, sentence):
    answer = admin.submit(f"/admin/drops/{edition.drop_id}/{noun}", form)

    assert answer.status_code == 422
    assert sentence in admin.page.get_text()
    with database.reading() as session:
        assert session.get(Drop, edition.drop_id).state is DropState.OPEN


def test_a_closed_drop_is_not_opened_by_an_old_page(admin, database, edition):
    admin.submit(f"/admin/drops/{edition.drop_id}/closings", {"sure": "yes"})

    words = said(admin, admin.submit(f"/admin/drops/{edition.drop_id}/resumptions"))

    assert "the drop has moved on" in words


def test_a_refund_is_asked_for_once(admin, admin_account, database, edition):
    with database.transaction() as session:
        code = a_sale(session, edition).code

    first = said(admin, admin.submit(f"/admin/orders/{code}/refunds", {"reason": "fault"}))
    admin.get(f"/admin/accounts/{admin_account.id}")  # the order's page has no form any more; an old one would
    second = said(admin, admin.submit(f"/admin/orders/{code}/refunds", {"reason": "fault"}))

    with database.reading() as session:
        assert [(refund.reason, refund.state) for refund in session.query(Refund)] == [("fault", "requested")]
    assert "The refund is asked for." in first
    assert "Nothing to send back" in second


def test_a_refund_needs_a_reason(admin, database, edition):
    with database.transaction() as session:
        code = a_sale(session, edition).code

    answer = admin.submit(f"/admin/orders/{code}/refunds", {"reason": "whatever"})

    assert answer.status_code == 422
    assert "Choose why the money goes back." in admin.page.get_text()


def test_an_admin_makes_another_and_may_then_be_dismissed(admin, admin_account, database):
    with database.transaction() as session:
        other = an_account(session)

    made = said(admin, admin.submit(f"/admin/accounts/{other.id}/role", {"admin": "yes"}))
    dismissed = admin.submit(f"/admin/accounts/{admin_account.id}/role", {"admin": "no"})

    assert "An admin from the next sign-in on." in made
    assert dismissed.status_code == 303
    assert admin.get("/admin").status_code == 403


@pytest.mark.parametrize(("noun", "form"), [("role", {"admin": "no"}), ("access", {"access": "disabled"})])
def test_the_last_admin_stays(admin, admin_account, database, noun, form):
    with database.transaction() as session:
        an_account(session, is_admin=True, disabled_at=NOON)

    words = said(admin, admin.submit(f"/admin/accounts/{admin_account.id}/{noun}", form))

    assert words == "This is the last admin. Make somebody else an admin first."
    assert admin.get("/admin").status_code == 200


def test_two_admins_who_dismiss_each_other_at_once_leave_one(database):
    with database.transaction() as session:
        ids = [an_account(session, is_admin=True).id for _ in range(2)]
    ready = Barrier(2)

    def dismiss(account_id):
        ready.wait()
        try:
            with database.transaction() as session:
                dismiss_admin(session, session.get(Account, account_id))
        except LastAdmin:
            pass

    threads = [Thread(target=dismiss, args=(account_id,)) for account_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert session.query(Account).filter(Account.is_admin).count() == 1


def test_a_disabled_account_is_signed_out_and_may_be_let_in_again(admin, app, database, sign_in_as):
    with database.transaction() as session:
        other = an_account(session, is_admin=True)
    theirs = sign_in_as(app.test_client(), other)

    admin.submit(f"/admin/accounts/{other.id}/access", {"access": "disabled"})
    shut_out = theirs.get("/admin").status_code
    admin.submit(f"/admin/accounts/{other.id}/access", {"access": "enabled"})

    assert shut_out == 303
    with database.reading() as session:
        assert session.get(Account, other.id).disabled_at is None


def test_a_message_that_was_given_up_is_sent_again(admin, admin_account, database):
    with database.transaction() as session:
        post(session, "order_paid", "order_paid:X", {"order_id": 1}, at=NOON)
        message = session.query(OutboxMessage).one()
        message.state, message.tries = MessageState.DEAD, 8

    first = said(admin, admin.submit(f"/admin/mail/{message.id}/resendings"))
    admin.get(f"/admin/accounts/{admin_account.id}")
    second = said(admin, admin.submit(f"/admin/mail/{message.id}/resendings"))

    with database.reading() as session:
        again = session.query(OutboxMessage).one()
    assert (again.state, again.tries, again.next_try_at) == (MessageState.PENDING, 0, NOON)
    assert first == "It is in the outbox again."
    assert "was not given up" in second


@pytest.mark.parametrize(
    "address",
    [
        "/admin/pieces/999/decisions",
        "/admin/drops/999/resumptions",
        "/admin/orders/NOSUCHCODE/refunds",
        "/admin/accounts/999/role",
        "/admin/accounts/999/sign-outs",
        "/admin/mail/999/resendings",
    ],
)
def test_nothing_is_done_to_what_does_not_exist(admin, address):
    assert admin.submit(address, {"decision": "withhold", "reason": "gift"}).status_code == 404


def test_a_number_taken_meanwhile_is_not_withheld(admin, database, edition):
    free = piece(database, edition, 1)
    with database.transaction() as session:
        buyer = a_sale(session, an_edition(session)).buyer_id
        place_hold(session, edition, buyer, key="k" * 20, at=NOON)

    answer = decide(admin, free, "withhold")

    assert answer.status_code == 422
    assert piece(database, edition, 1).state is PieceState.HELD
