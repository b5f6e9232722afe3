"""Whoever wants a number: the drop, its refusals, the hold and the payment."""

from datetime import timedelta

from screenshots.scene import ALL, Scene
from screenshots.stage import Stage
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.catalog.previews import new_preview
from storefront.inventory.running import cancel
from storefront.orders.giving_back import more_time
from tills import ADDRESS

_HOLD, _TOTAL = "form[action$='/holds'] button", "form[action$='/checkout'] button"


def drops(stage: Stage):
    soon = stage.now + timedelta(days=3, hours=4)
    draft = stage.drop(state=DropState.DRAFT, opens_at=soon)
    with stage.database.transaction() as session:
        token = new_preview(session, session.merge(draft.drop))
    yield Scene("drop, draft", draft.url, status=404)
    yield Scene("drop, preview", f"{draft.url}?preview={token}")
    yield Scene("drop, scheduled", stage.drop(state=DropState.ANNOUNCED, opens_at=soon).url, more=ALL)
    yield from doors(stage)
    live = stage.drop(sold=35, held=4)
    yield Scene("drop, open", live.url, more=ALL)
    picking = stage.drop(sold=30, policy=NumberPolicy.PICK)
    yield Scene("drop, open, picking", picking.url, more=("narrow", "contrast", "arabic"))
    yield Scene("drop, open, sealed", stage.drop(sold=30, policy=NumberPolicy.SEALED, seed="a seed").url)
    reason = "The printer of our backing cards asked for an hour."
    yield Scene("drop, paused", stage.drop(sold=20, state=DropState.PAUSED, pause_reason=reason).url, more=("narrow",))
    yield Scene("drop, all held", stage.all_held().url, more=("narrow", "arabic"))
    yield Scene("drop, sold out", stage.drop(sold=100).url, more=("narrow", "arabic", "contrast"))
    over = stage.drop(sold=61, state=DropState.CLOSED, closed_at=stage.ago(minutes=20))
    yield Scene("drop, closed", over.url, more=("narrow", "contrast"))
    off = stage.drop(state=DropState.ANNOUNCED, opens_at=soon)
    with stage.database.transaction() as session:
        cancel(session, session.merge(off.drop), "The mold broke.", at=stage.now)
    yield Scene("drop, cancelled", off.url, status=410)
    yield Scene("drop, a wall of 400", stage.drop(size=400, sold=170, held=12).url, more=("narrow",))
    yield Scene("drop, 2,000 dots", stage.drop(size=2000, sold=800, held=40).url, more=("narrow", "contrast"))
    large = stage.drop(size=5000, sold=1200)
    yield Scene("drop, too large to draw", f"{large.url}?number=1203&edition={large.edition.id}#wall")
    yield Scene("wear", f"{live.url}/wear", more=("narrow", "arabic"))


def doors(stage: Stage):
    hung = stage.drop(state=DropState.ANNOUNCED, opens_at=stage.now + timedelta(minutes=9))
    yield Scene("drop, doors", hung.url, more=ALL)
    yield Scene("doors, a guest", f"{hung.url}/ready", more=("narrow", "arabic"))
    yield Scene("doors, nothing done", f"{hung.url}/ready", stage.person("iris@example.org").cookie)
    noor = stage.person("noor@example.org", saved=ADDRESS)
    yield Scene("doors, all done", f"{hung.url}/ready", noor.cookie | {"understood": [hung.drop.id]}, ("contrast",))


def refusals(stage: Stage):
    """Each is what the button of the page for whoever has no script answers."""
    early = stage.drop(state=DropState.ANNOUNCED, opens_at=stage.now + timedelta(minutes=3))
    yield _refused("refused, too early", stage, early)
    yield _refused("refused, paused", stage, stage.drop(state=DropState.PAUSED))
    yield _refused("refused, closed", stage, stage.drop(state=DropState.CLOSED, closed_at=stage.ago(minutes=20)))
    yield _refused("refused, all held", stage, stage.all_held(), more=("narrow", "arabic"))
    yield _refused("refused, sold out", stage, stage.drop(size=5, sold=5))
    picking = stage.drop(policy=NumberPolicy.PICK, sold=30)
    yield _refused("refused, somebody was faster", stage, picking, ask="&number=1")
    one = stage.drop(per_person=1)
    guest, _hold = stage.hold(one)
    yield _refused("refused, one each", stage, one, guest)
    fickle, guest = stage.drop(), stage.guest()
    for _ in range(2):
        stage.till.give_back(stage.hold(fickle, guest)[1])
    yield _refused("refused, others first", stage, fickle, guest)


def _refused(name, stage, hung, guest=None, *, ask="", more=()):
    path = f"{hung.url}/take?edition={hung.edition.id}{ask}"
    status = 429 if name == "refused, others first" else 409
    return Scene(name, path, (guest or stage.guest()).cookie, more, status=status, press=_HOLD)


def holding(stage: Stage):
    hung = stage.drop(per_person=1)
    yield Scene("take a number", f"{hung.url}/take?edition={hung.edition.id}", stage.guest().cookie)
    guest, hold = stage.hold(hung)
    yield Scene("hold, running", f"/holds/{hold}", guest.cookie, ALL)
    yield Scene("hold, something is missing", f"/holds/{hold}", guest.cookie, ("narrow",), 422, _TOTAL)
    typed = {"email": "buyer@example.org", **ADDRESS}
    yield Scene("the total, before paying", f"/holds/{hold}", guest.cookie, ALL, press=_TOTAL, typed=typed)
    zoe = stage.person("zoe@example.org", saved=ADDRESS)
    _zoe, hold = stage.hold(stage.drop(), zoe)
    yield Scene("hold, with an address stored", f"/holds/{hold}", zoe.cookie, ("narrow", "arabic"))
    for name, ago in (("hold, 2 minutes left", 8), ("hold, time is up", 10)):
        guest, hold = stage.hold(hung, minutes_ago=ago)
        yield Scene(name, f"/holds/{hold}", guest.cookie)
    guest, hold = stage.hold(hung)
    with stage.database.transaction() as session:
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
    sale = stage.sale(hung)
    yield Scene("hold, paid", f"/holds/{sale.hold}", sale.guest.cookie)


def paying(stage: Stage):
    hung = stage.drop()
    guest, order, attempt, hold = stage.paying(hung, opened=False)
    yield Scene("pay, waiting for the page", f"/pay/wait/{stage.code(order)}", guest.cookie, ("narrow",))
    yield Scene("hold, in line to pay", f"/holds/{hold}", guest.cookie)
    stage.live.skip(seconds=2)
    stage.till.till.open_attempt(attempt)  # who comes after does not wait behind it
    guest, order, attempt, _hold = stage.paying(hung)
    session_id = stage.till.session_of(attempt)
    stage.live.sandbox.fault("error_before", method="GET", path="*/sessions/*", times=60)
    yield Scene("pay, confirming", f"/pay/return?session={session_id}", guest.cookie, ("narrow", "arabic"))
    yield Scene("pay, in another browser", f"/pay/return?session={session_id}")
    stage.live.sandbox.world.faults.clear()
    guest, order, attempt, _hold = stage.paying(hung)
    session_id = stage.till.session_of(attempt)
    stage.live.skip(seconds=2)
    stage.till.till.expire_attempt(attempt)
    yield Scene("pay, not made", f"/pay/return?session={session_id}", guest.cookie)
    guest, code, session_id = stage.reviewed(hung)
    yield Scene("pay, looked at by a person", f"/pay/return?session={session_id}", guest.cookie)
    yield Scene("order, looked at by a person", f"/orders/{code}", guest.cookie)
