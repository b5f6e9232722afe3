"""Whoever owns a number: the order, the collection, the certificate, passing it on, and the proof of it all."""

from datetime import timedelta

from sqlalchemy import select

from screenshots.scene import ALL, Scene
from screenshots.stage import Stage
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.orders.orders import OrderLine
from storefront.provenance import sharing, transfers
from storefront.provenance.certificates import Certificate, show_name
from storefront.provenance.issuing import issue
from storefront.provenance.keys import rotate


def orders(stage: Stage):
    hung = stage.drop(sold=38)
    sale = stage.sale(hung)
    yield Scene("order, paid", f"/orders/{sale.code}", sale.guest.cookie, ALL)
    yield Scene("me, one pin", "/me", sale.guest.cookie, ALL)
    guest, order, _attempt, _hold = stage.paying(hung)
    yield Scene("order, not paid yet", f"/orders/{stage.code(order)}", guest.cookie)
    yield from a_full_collection(stage)


def a_full_collection(stage: Stage):
    """Pins of several sizes, one of them offered to somebody; a hold, a place in a queue and what is followed."""
    vera = stage.person("vera@example.org", name="Vera Molnar")
    sales = [
        stage.sale(stage.drop(pin, sold=at), vera)
        for pin, at in (("luna", 12), ("rose-window", 3), ("eight-arms", 70), ("crane", 41))
    ]
    stage.hold(stage.drop("moonrise", sold=8), vera)
    stage.wait(stage.all_held(), vera.buyer, "vera@example.org")
    stage.follow("vera@example.org", "ines-varela")
    stage.offer(certificate_of(stage, sales[0]), vera, email="rui@example.org")
    yield Scene("me, filled", "/me", vera.cookie, ALL)
    yield Scene("wear, own pins", "/me/wear", vera.cookie, ("narrow", "arabic"))


def certificates(stage: Stage):
    hung = stage.drop(sold=38)
    sale = stage.sale(hung)
    certificate = certificate_of(stage, sale)
    yield Scene("certificate, genuine", f"/v/{certificate}", more=ALL)
    undone = stage.sale(hung)
    certificate = certificate_of(stage, undone)
    stage.till.request_refund(undone.order)
    stage.live.skip(seconds=2)
    stage.till.round.send_refunds()
    yield Scene("order, refunded", f"/orders/{undone.code}", undone.guest.cookie, ("narrow",))
    yield Scene("certificate, revoked", f"/v/{certificate}", more=("narrow", "contrast", "print"))
    yield Scene("certificate, unknown", "/v/AAAA-BBBB-CCCC", status=404)
    yield Scene("certificate, malformed", "/v/x", status=404)
    yield Scene("verify", "/verify", more=("narrow", "arabic"))


def passing_on(stage: Stage):
    hung = stage.drop(sold=20)
    owner, taker = stage.person("flora@example.org", name="Flora Diaz"), stage.person("rui@example.org", name="Rui Sá")
    sale = stage.sale(hung, owner)
    code = certificate_of(stage, sale)
    yield Scene("pin, mine", f"/me/pins/{code}", owner.cookie, ("narrow", "arabic", "print"))
    with stage.database.transaction() as session:
        certificate = _certificate(session, code)
        show_name(certificate, "Flora D.")
        shared = sharing.share(certificate)
    yield Scene("pin, shared", f"/me/pins/{code}", owner.cookie)
    yield Scene("shared number", f"/mine/{shared}", more=ALL)
    yield Scene("shared number, taken down", "/mine/nothing-of-the-kind", status=404)
    token = stage.offer(code, owner)
    yield Scene("pin, a link passes it on", f"/me/pins/{code}", owner.cookie, ("narrow",))
    yield Scene("transfer, to a guest", f"/transfers/{token}", more=("narrow", "arabic"))
    unsure = stage.person("new@example.org", confirmed_at=None)
    yield Scene("transfer, to an unconfirmed account", f"/transfers/{token}", unsure.cookie)
    yield Scene("transfer, to be taken", f"/transfers/{token}", taker.cookie, ("narrow", "contrast"))
    with stage.database.transaction() as session:
        new = transfers.take(session, token, taker.buyer, stage.live.services.issuer, at=stage.now).code
    yield Scene("pin, taken", f"/me/pins/{new}", taker.cookie)
    yield Scene("transfer, its link is over", f"/transfers/{token}", taker.cookie, status=410)
    yield Scene("order, passed on", f"/orders/{sale.code}", owner.cookie, ("narrow",))
    yield Scene("certificate, moved", f"/v/{code}", more=("narrow", "contrast", "print", "arabic"))


def checking(stage: Stage):
    hung = stage.drop(size=40, sold=0, reserved=[38, 39], proofs=2)
    first, undone = stage.sale(hung), stage.sale(hung)
    with stage.database.transaction() as session:
        show_name(_certificate(session, certificate_of(stage, first)), "Maria P.")
    stage.till.request_refund(undone.order)
    stage.live.skip(seconds=2)
    stage.till.round.send_refunds()
    stage.hold(hung)
    yield Scene("ledger, open", f"/e/{hung.edition.ref}/ledger", more=ALL)
    over = stage.drop(size=30, sold=21, state=DropState.CLOSED, closed_at=stage.ago(minutes=30))
    yield Scene("ledger, closed", f"/e/{over.edition.ref}/ledger", more=("contrast",))
    sealed = stage.drop(sold=30, policy=NumberPolicy.SEALED, seed="a seed")
    yield Scene("ledger, sealed", f"/e/{sealed.edition.ref}/ledger", more=("narrow",))
    large = stage.drop(size=1000, sold=300)
    yield Scene("ledger, in pages", f"/e/{large.edition.ref}/ledger?page=2", more=("narrow",))
    with stage.database.transaction() as session:
        rotate(session, stage.live.services.issuer.vault, at=stage.now + timedelta(seconds=1))
    yield Scene("keys", "/keys", more=("narrow", "zoom", "print", "arabic"))


def certificate_of(stage, sale):
    with stage.database.transaction() as session:
        line = session.scalars(select(OrderLine.id).where(OrderLine.order_id == sale.order)).first()
        return issue(session, [line], stage.live.services.issuer, at=stage.now)[line].code


def _certificate(session, code):
    return session.scalars(select(Certificate).where(Certificate.code == code)).one()
