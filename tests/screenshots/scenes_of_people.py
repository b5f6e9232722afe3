"""Whoever waits, follows or has an account."""

from datetime import timedelta

from screenshots.scene import Scene
from screenshots.stage import Stage
from storefront.accounts import tokens
from storefront.accounts.people import Account
from storefront.accounts.tokens import Purpose
from storefront.catalog.drops import DropState


def waiting(stage: Stage):
    hung = stage.all_held()
    desk = f"{hung.url}/waitlist"
    yield Scene("waitlist, to join", desk, more=("narrow", "arabic"))
    yield Scene("waitlist, without an address", desk, status=400, press="form.stack button")
    yield Scene("waitlist, a number is free", f"{stage.drop().url}/waitlist")
    over = stage.drop(size=4, sold=4, state=DropState.CLOSED, closed_at=stage.ago(hours=1))
    yield Scene("waitlist, closed", f"{over.url}/waitlist")
    asked = stage.wait(hung, stage.guest().buyer, "nadia@example.org", asked_only=True)
    yield Scene("waitlist, is it you?", f"/waitlist/{asked}", more=("narrow",))
    first = stage.wait(hung, stage.guest().buyer, "omar@example.org")
    behind = [stage.wait(hung, stage.guest().buyer, f"waiting{n}@example.org") for n in range(6)]
    yield Scene("waitlist, joined", desk, {"turns": [behind[2]]}, ("narrow", "zoom", "arabic"))
    yield Scene("me, a place in a queue", "/me", {"turns": [behind[2]]})
    hold = stage.bring_back(hung)
    yield Scene("waitlist, offered", desk, {"turns": [first]}, ("narrow", "arabic"))
    yield Scene("hold, offered from the waitlist", f"/holds/{hold}", {"turns": [first]}, ("narrow",))
    stage.live.skip(minutes=31)
    yield Scene("waitlist, passed", desk, {"turns": [first]})
    yield Scene("waitlist, its link is over", "/waitlist/nothing-of-the-kind", status=410)


def following(stage: Stage):
    soon = stage.drop(state=DropState.ANNOUNCED, opens_at=stage.now + timedelta(days=3))
    yield Scene("follow an artist", "/a/ines-varela/follow", more=("narrow", "arabic"))
    yield Scene("remind me", f"{soon.url}/remind", more=("narrow",))
    near = stage.drop(state=DropState.ANNOUNCED, opens_at=stage.now + timedelta(minutes=5))
    yield Scene("remind me, too late", f"{near.url}/remind")
    asked = stage.follow("nadia@example.org", "ines-varela", asked_only=True)
    stage.follow("nadia@example.org", "aki-tamura", asked_only=True)
    yield Scene("follow, is it you?", f"/follows/{asked}", more=("narrow",))
    agreed = stage.follow("omar@example.org", "ines-varela")
    yield Scene("follow, agreed", f"/follows/{agreed}")
    yield Scene("follow, to be ended", f"/follows/{agreed}/end")
    yield Scene("follow, ended", "/follows/nothing-of-the-kind/end", status=410)
    yield Scene("follow, its link is over", "/follows/nothing-of-the-kind", status=410)


def the_account(stage: Stage):
    yield Scene("sign in", "/sign-in", more=("narrow", "zoom", "arabic", "contrast"))
    yield Scene("sign up", "/sign-up", more=("narrow",))
    yield Scene("sign up, something is missing", "/sign-up", status=400, press="form.stack button")
    yield Scene("forgot", "/forgot")
    ada = stage.person("ada@example.org")
    yield Scene("account", "/account", ada.cookie, ("narrow", "arabic"))
    yield Scene("account, unconfirmed", "/account", stage.person("new2@example.org", confirmed_at=None).cookie)
    yield Scene("the parcel's address", "/account/delivery", ada.cookie, ("narrow",))
    yield Scene("delete the account", "/account/deletion", ada.cookie, ("narrow", "arabic"))
    yield Scene("change the password", "/account/password", ada.cookie)
    yield Scene("change the address", "/account/email", ada.cookie)
    yield Scene("wear, own pins, none", "/me/wear", ada.cookie)
    yield Scene("confirm the address", f"/confirm/{_mailed(stage, Purpose.CONFIRM)}")
    yield Scene("a new password", f"/reset/{_mailed(stage, Purpose.RESET)}")
    yield Scene("mailed link, over", "/confirm/nothing-of-the-kind", status=410)


def _mailed(stage, purpose):
    key = stage.live.services.settings.secret_key.encode()
    with stage.database.transaction() as session:
        account = session.query(Account).filter_by(email="new2@example.org").one()
        row = tokens.issue(session, account, purpose, key=key, at=stage.now)
        return tokens.write_out(row, [key])
