"""Drops as small cards: a picture, a title and one line that says how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition
from storefront.inventory.on_show import list_editions_of
from storefront.inventory.wall import Showing, Wall, last_sales, list_walls, showing
from storefront.web.formats import duration
from storefront.web.pictures import Shown, shown


@dataclass(frozen=True)
class Hung:
    """A drop with its editions, their walls and what it is to a visitor."""

    drop: Drop
    editions: tuple[Edition, ...]
    walls: tuple[Wall, ...]
    state: Showing


@dataclass(frozen=True)
class Card:
    url: str
    title: str
    artist: str
    picture: Shown | None
    state: Showing
    tally: str
    sold_out: bool
    opens_at: datetime
    zone: str
    note: str


def hang(session: Session, drops: Sequence[Drop], at: datetime, *, steps_of: Drop | None = None) -> list[Hung]:
    """The drops with all that their cards or pages need, in the same number of queries however many."""
    editions = list_editions_of(session, drops, steps_of=steps_of)
    walls = list_walls(session, [edition for found in editions.values() for edition in found], at=at)
    hung = []
    for drop in drops:
        own = [walls[edition.id] for edition in editions[drop.id]]
        hung.append(Hung(drop, tuple(editions[drop.id]), tuple(own), showing(drop, own, at)))
    return hung


def time_to_sell(session: Session, hung: Sequence[Hung]) -> dict[int, timedelta]:
    """How long each sold-out drop took to sell, by the drop's id."""
    gone = [one for one in hung if one.state is Showing.SOLD_OUT]
    last = last_sales(session, [edition for one in gone for edition in one.editions])
    took = {}
    for one in gone:
        sales = [last[edition.id] for edition in one.editions if edition.id in last]
        if sales and max(sales) > one.drop.opens_at:
            took[one.drop.id] = max(sales) - one.drop.opens_at
    return took


def card(hung: Hung, at: datetime, sold_in: timedelta | None = None) -> Card:
    drop = hung.drop
    return Card(
        url=url_for("shop.drop", slug=drop.slug),
        title=drop.title,
        artist=drop.artist.name,
        picture=_picture(hung.editions),
        state=hung.state,
        tally=_tally(hung, at),
        sold_out=hung.state is Showing.SOLD_OUT,
        opens_at=drop.opens_at,
        zone=drop.zone,
        note=_("Gone in %(span)s", span=duration(sold_in)) if sold_in else "",
    )


def _picture(editions: Sequence[Edition]) -> Shown | None:
    face = editions[0].pin.face if editions else None
    return shown(face.picture, face.alt) if face else None


def _tally(hung: Hung, at: datetime) -> str:
    match hung.state:
        case Showing.SCHEDULED:
            return _day(hung.drop.opens_at, hung.drop.zone, at)
        case Showing.PAUSED:
            return _("Paused")
        case Showing.CLOSED:
            return _("Closed")
        case Showing.ALL_HELD:
            return _("All held")
        case _:
            sold, size = sum(wall.sold for wall in hung.walls), sum(wall.size for wall in hung.walls)
            return f"{sold}/{size}"


def _day(opens_at: datetime, zone: str, at: datetime) -> str:
    """Within the week "Fri 19:00", beyond it "27 Nov"."""
    soon = opens_at - at < timedelta(days=6)
    return format_datetime(
        opens_at, _("EEE HH:mm") if soon else _("d MMM"), tzinfo=ZoneInfo(zone), locale=str(get_locale() or "en")
    )
