"""The next step: the one thing an artist should do now, found from what there is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, Pin
from storefront.web.formats import duration


@dataclass(frozen=True)
class Step:
    """`kind` is "warn" for something to do and "ok" for news."""

    words: str
    url: str
    button: str
    kind: str = "warn"


def next_step(session: Session, artist: Artist, *, at: datetime) -> Step:
    """What runs comes first, then what is nearest to being announced."""
    return next(_steps(session, artist, at))


def _steps(session: Session, artist: Artist, at: datetime) -> Iterator[Step]:
    drops = session.scalars(select(Drop).where(Drop.artist_id == artist.id).order_by(Drop.opens_at)).all()
    yield from _of_drops(drops, at)
    if not artist.shipping_zones:
        yield Step(
            _("Say where you post pins to, and for how much."),
            url_for("studio.shipping.edit", slug=artist.slug),
            _("Set up shipping"),
        )
    pins = session.scalars(select(Pin).where(Pin.artist_id == artist.id).order_by(Pin.id.desc())).all()
    yield from _of_pins(session, pins, artist)
    new_pin = url_for("studio.pins.new", slug=artist.slug)
    if not pins:
        yield Step(_("Describe your first pin."), new_pin, _("New pin"))
    yield Step(_("Nothing waits for you. What comes next?"), new_pin, _("New pin"), "ok")


def _of_drops(drops: Sequence[Drop], at: datetime) -> Iterator[Step]:
    for drop in drops:
        url = url_for("studio.drops.show", drop_id=drop.id)
        if drop.state is DropState.PAUSED and not drop.is_over(at):
            yield Step(_("%(title)s is paused. Resume it when you can.", title=drop.title), url, _("Look at it"))
        elif drop.sells_at(at):
            yield Step(_("%(title)s is open.", title=drop.title), url, _("Watch it"), "ok")
    for drop in drops:
        url = url_for("studio.drops.show", drop_id=drop.id)
        if drop.state is DropState.DRAFT:
            yield Step(_("%(title)s is planned, not announced.", title=drop.title), url, _("See what is missing"))
        elif drop.state is DropState.ANNOUNCED and at < drop.opens_at:
            left = duration(drop.opens_at - at)
            yield Step(_("%(title)s opens in %(left)s.", title=drop.title, left=left), url, _("Look at it"), "ok")


def _of_pins(session: Session, pins: Sequence[Pin], artist: Artist) -> Iterator[Step]:
    for pin in pins:
        edition = session.scalars(select(Edition).where(Edition.pin_id == pin.id)).first()
        if pin.picture(PictureRole.FRONT) is None:
            yield Step(
                _("%(title)s has no front picture yet.", title=pin.title),
                url_for("studio.artwork.show", pin_id=pin.id),
                _("Show it in metal"),
            )
        elif edition is None:
            yield Step(
                _("Say how many of %(title)s there will be.", title=pin.title),
                url_for("studio.editions.new", pin_id=pin.id),
                _("Make an edition"),
            )
        elif edition.drop is None or edition.drop.state is DropState.CANCELLED:
            yield Step(
                _("%(title)s is ready for a drop.", title=pin.title),
                url_for("studio.drops.new", slug=artist.slug),
                _("Plan a drop"),
            )
