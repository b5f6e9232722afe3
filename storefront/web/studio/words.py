"""The studio's own words for what stands in the database."""

from flask_babel import gettext as _

from storefront.catalog.artists import ArtistKind
from storefront.catalog.drops import Drop, DropState, WhoMayHold
from storefront.catalog.editions import NumberPolicy
from storefront.catalog.pins import PictureRole


def kind(value: ArtistKind) -> str:
    said: dict[ArtistKind, str] = {
        ArtistKind.PERSON: _("A person"),
        ArtistKind.MUSEUM: _("A museum"),
        ArtistKind.GALLERY: _("A gallery"),
    }
    return said[value]


def policy(value: NumberPolicy) -> str:
    said: dict[NumberPolicy, str] = {
        NumberPolicy.ASCENDING: _("In order: everybody gets the next free number"),
        NumberPolicy.SEALED: _("Sealed: shuffled, each buyer learns the number after paying"),
        NumberPolicy.PICK: _("Pick your own: buyers choose a free number"),
    }
    return said[value]


def who_may_hold(value: WhoMayHold) -> str:
    said: dict[WhoMayHold, str] = {
        WhoMayHold.ANYONE: _("Anyone"),
        WhoMayHold.CONFIRMED: _("Only people with a confirmed e-mail address"),
        WhoMayHold.ACCOUNTS: _("Only people with an account"),
    }
    return said[value]


def role(value: PictureRole) -> str:
    said: dict[PictureRole, str] = {
        PictureRole.FRONT: _("Front"),
        PictureRole.BACK: _("Back"),
        PictureRole.PHOTO: _("Photograph"),
    }
    return said[value]


def state(drop: Drop) -> str:
    said: dict[DropState, str] = {
        DropState.DRAFT: _("Draft"),
        DropState.ANNOUNCED: _("Announced"),
        DropState.OPEN: _("Open"),
        DropState.PAUSED: _("Paused"),
        DropState.CLOSED: _("Closed"),
        DropState.CANCELLED: _("Cancelled"),
    }
    return said[drop.state]
