"""Every page and state a buyer can meet, brought about one after the other, in the order of the pages' own list."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from screenshots.stage import Stage
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.catalog.previews import new_preview
from storefront.inventory.running import cancel
from storefront.orders.orders import OrderLine
from storefront.provenance.issuing import issue


@dataclass(frozen=True)
class Scene:
    """A page in a state. `more` names what it is looked at in besides: narrow, zoom, contrast, print, arabic."""

    name: str
    path: str
    cookie: dict = field(default_factory=dict)
    more: tuple = ()
    status: int = 200


ALL = ("narrow", "zoom", "contrast", "print", "arabic")


def an_empty_shop(stage):
    yield Scene("home, empty shop", "/")
    yield Scene("drops, none", "/drops")
    yield Scene("artists, none", "/artists")
    yield Scene("me, empty", "/me", more=("narrow", "arabic"))


def home(stage: Stage):
    yield Scene("home, many live", "/", more=ALL)
    running, _artists = stage.slugs()
    stage.only_live(running[0])
    yield Scene("home, one live", "/")
    stage.only_live()
    yield Scene("home, none live", "/")


def looking_around(stage: Stage):
    yield Scene("drops", "/drops", more=("narrow", "arabic"))
    yield Scene("drops, nothing found", "/drops?metal=gold&enamel=hard&when=past&artist=nobody")
    yield Scene("artists", "/artists")
    yield Scene("artist, with a live drop", "/a/ines-varela", more=ALL)
    yield Scene("artist, a museum", "/a/museum-of-coloured-light")
    for name in ("fairness", "shipping", "privacy", "accessibility", "imprint"):
        yield Scene(name, f"/{name}", more=("print",) if name == "shipping" else ())


def drops(stage: Stage):
    draft = stage.drop(state=DropState.DRAFT)
    with stage.database.transaction() as session:
        token = new_preview(session, session.merge(draft.drop))
    yield Scene("drop, draft", draft.url, status=404)
    yield Scene("drop, preview", f"{draft.url}?preview={token}")
    soon = stage.now + timedelta(days=3, hours=4)
    yield Scene("drop, scheduled", stage.drop(state=DropState.ANNOUNCED, opens_at=soon).url, more=ALL)
    doors = stage.now + timedelta(minutes=9)
    yield Scene("drop, doors", stage.drop(state=DropState.ANNOUNCED, opens_at=doors).url)
    live = stage.drop(sold=35, held=4)
    yield Scene("drop, open", live.url, more=ALL)
    yield Scene("drop, open, picking", stage.drop(sold=30, policy=NumberPolicy.PICK).url, more=("narrow", "contrast"))
    yield Scene("drop, open, sealed", stage.drop(sold=30, policy=NumberPolicy.SEALED, seed="a seed").url)
    reason = "The printer of our backing cards asked for an hour."
    yield Scene("drop, paused", stage.drop(sold=20, state=DropState.PAUSED, pause_reason=reason).url)
    short = stage.drop(size=4, sold=2)
    for minutes in (1, 3):
        stage.hold(short, minutes_ago=minutes)
    yield Scene("drop, all held", short.url, more=("narrow", "arabic"))
    yield Scene("drop, sold out", stage.drop(sold=100).url, more=("narrow", "arabic", "contrast"))
    over = stage.drop(sold=61, state=DropState.CLOSED, closed_at=stage.ago(minutes=20))
    yield Scene("drop, closed", over.url)
    off = stage.drop(state=DropState.ANNOUNCED, opens_at=soon)
    with stage.database.transaction() as session:
        cancel(session, session.merge(off.drop), "The mold broke.", at=stage.now)
    yield Scene("drop, cancelled", off.url, status=410)
    yield Scene("drop, a wall of 400", stage.drop(size=400, sold=170, held=12).url, more=("narrow",))
    yield Scene("drop, 2,000 dots", stage.drop(size=2000, sold=800, held=40).url, more=("narrow", "contrast"))
    large = stage.drop(size=5000, sold=1200)
    yield Scene("drop, too large to draw", f"{large.url}?number=1203&edition={large.edition.id}#wall")
    yield Scene("wear", f"{live.url}/wear", more=("narrow", "arabic"))


def holding(stage: Stage):
    hung = stage.drop(per_person=1)
    yield Scene("take a number", f"{hung.url}/take?edition={hung.edition.id}", stage.guest().cookie)
    for name, ago in (("running", 0), ("2 minutes left", 8), ("time is up", 10)):
        guest, hold = stage.hold(hung, minutes_ago=ago)
        yield Scene(f"hold, {name}", f"/holds/{hold}", guest.cookie, ALL if name == "running" else ())
    guest, hold = stage.hold(hung)
    with stage.database.transaction() as session:
        from storefront.orders.giving_back import more_time  # noqa: PLC0415

        for _ in range(2):
            more_time(session, hold, at=stage.now)
    yield Scene("hold, extended", f"/holds/{hold}", guest.cookie)
    guest, hold = stage.hold(hung)
    stage.till.give_back(hold)
    yield Scene("hold, given back", f"/holds/{hold}", guest.cookie)
    guest, hold = stage.hold(hung, minutes_ago=12)
    yield Scene("hold, lost", f"/holds/{hold}", guest.cookie, ("narrow",))
    guest, _order, _attempt, hold = stage.paying(hung)
    yield Scene("hold, paying elsewhere", f"/holds/{hold}", guest.cookie)
    stage.till.give_back(hold)
    yield Scene("hold, on its way back", f"/holds/{hold}", guest.cookie)


def paying(stage: Stage):
    hung = stage.drop()
    guest, order, attempt, _hold = stage.paying(hung, opened=False)
    yield Scene("pay, waiting for the page", f"/pay/wait/{stage.code(order)}", guest.cookie)
    stage.live.skip(seconds=2)
    stage.till.till.open_attempt(attempt)  # who comes after does not wait behind it
    guest, order, attempt, _hold = stage.paying(hung)
    session_id = stage.till.session_of(attempt)
    stage.live.sandbox.fault("error_before", method="GET", path="*/sessions/*", times=60)
    yield Scene("pay, confirming", f"/pay/return?session={session_id}", guest.cookie)
    yield Scene("pay, in another browser", f"/pay/return?session={session_id}")
    stage.live.sandbox.world.faults.clear()
    guest, order, attempt, _hold = stage.paying(hung)
    session_id = stage.till.session_of(attempt)
    stage.live.skip(seconds=2)
    stage.till.till.expire_attempt(attempt)
    yield Scene("pay, not made", f"/pay/return?session={session_id}", guest.cookie)


def owning(stage: Stage):
    hung = stage.drop(sold=38)
    guest, order, code = stage.sale(hung)
    yield Scene("order, paid", f"/orders/{code}", guest.cookie, ALL)
    yield Scene("me, one pin", "/me", guest.cookie, ALL)
    certificate = certificate_of(stage, order)
    yield Scene("certificate, genuine", f"/v/{certificate}", more=ALL)
    other, order, code = stage.sale(hung)
    certificate = certificate_of(stage, order)
    stage.till.request_refund(order)
    stage.live.skip(seconds=2)
    stage.till.round.send_refunds()
    yield Scene("order, refunded", f"/orders/{code}", other.cookie)
    yield Scene("certificate, revoked", f"/v/{certificate}", more=("narrow",))
    yield Scene("certificate, unknown", "/v/AAAA-BBBB-CCCC", status=404)
    yield Scene("certificate, malformed", "/v/x", status=404)
    yield Scene("verify", "/verify", more=("narrow", "arabic"))


def the_account(stage: Stage):
    yield Scene("sign in", "/sign-in", more=("narrow", "arabic"))
    yield Scene("sign up", "/sign-up")
    yield Scene("forgot", "/forgot")
    ada = stage.person("ada@example.org")
    yield Scene("account", "/account", ada)
    yield Scene("delete the account", "/account/deletion", ada, ("narrow", "arabic"))
    yield Scene("change the password", "/account/password", ada)
    yield Scene("change the address", "/account/email", ada)
    yield Scene("wear, own pins, none", "/me/wear", ada)


def errors(stage: Stage):
    yield Scene("error 404", "/nothing-here", status=404, more=("narrow", "arabic", "contrast"))
    for code in (400, 403, 409, 410, 429, 500, 503):
        yield Scene(f"error {code}", f"/errors/{code}", status=code)
    yield Scene("error 503, without the shop", "/static/503.html")


def certificate_of(stage, order):
    with stage.database.transaction() as session:
        line = session.scalars(select(OrderLine.id).where(OrderLine.order_id == order)).first()
        return issue(session, [line], stage.live.services.issuer, at=stage.now)[line].code


AFTER_LOADING = (looking_around, drops, holding, paying, owning, the_account, errors, home)
