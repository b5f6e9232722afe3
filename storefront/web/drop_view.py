"""A drop as its page shows it, whole and finished."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import url_for

from storefront.catalog.artists import Artist, ArtistKind
from storefront.catalog.drops import Drop
from storefront.inventory.holds import HOLD_FOR
from storefront.inventory.wall import Showing, showing_at_doors
from storefront.money import Money
from storefront.waitlist.joining import is_list_open
from storefront.web import trade_words as words
from storefront.web.drop_cards import Hung
from storefront.web.edition_view import EditionView, view_edition
from storefront.web.formats import clock_time, place, weekday

_ELSEWHERE = ("Europe/Paris", "America/New_York", "Asia/Tokyo")


@dataclass(frozen=True)
class DropView:
    slug: str
    title: str
    state: Showing
    artist: str
    artist_url: str
    artist_kind: ArtistKind
    life: str
    opens_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    zone: str
    since_today: bool
    elsewhere: tuple[str, ...]
    pause_reason: str
    who_may_hold: str
    shipping_from: Money | None
    ships_within_days: int
    editions: tuple[EditionView, ...]
    sold_in: timedelta | None
    hold_minutes: int
    now: datetime
    has_list: bool
    is_demo: bool
    is_preview: bool

    @property
    def url(self) -> str:
        return url_for("shop.drop", slug=self.slug)

    @property
    def holds_url(self) -> str:
        return url_for("holding.place", slug=self.slug)

    @property
    def main(self) -> EditionView | None:
        return self.editions[0] if self.editions else None


def view_drop(
    hung: Hung, at: datetime, *, told: bool = False, sold_in: timedelta | None = None, preview: bool = False
) -> DropView:
    """A drop that was hung; `told` with the story and making of its works, whose steps must be loaded."""
    drop, artist = hung.drop, hung.drop.artist
    state = Showing.SCHEDULED if preview and at < drop.opens_at else hung.state
    state = showing_at_doors(drop, state, at) if told else state
    pairs = zip(hung.editions, hung.walls, strict=True)
    return DropView(
        slug=drop.slug,
        title=drop.title,
        state=state,
        artist=artist.name,
        artist_url=url_for("shop.artist", slug=artist.slug),
        artist_kind=artist.kind,
        life=words.life(artist),
        opens_at=drop.opens_at,
        closes_at=drop.closes_at,
        closed_at=_closed_at(drop),
        zone=drop.zone,
        since_today=_local(drop.opens_at, drop.zone).date() == _local(at, drop.zone).date(),
        elsewhere=_elsewhere(drop.opens_at, drop.zone),
        pause_reason=drop.pause_reason,
        who_may_hold=words.who_may_hold(drop.who_may_hold),
        shipping_from=_shipping_from(artist),
        ships_within_days=artist.ships_within_days,
        editions=tuple(view_edition(edition, drop, wall, state, at, told=told) for edition, wall in pairs),
        sold_in=sold_in,
        hold_minutes=HOLD_FOR // timedelta(minutes=1),
        now=at,
        has_list=is_list_open(drop, at),
        is_demo=artist.is_demo,
        is_preview=preview,
    )


def _closed_at(drop: Drop) -> datetime | None:
    return min((end for end in (drop.closed_at, drop.closes_at) if end is not None), default=None)


def _shipping_from(artist: Artist) -> Money | None:
    if artist.currency is None or not artist.zones:
        return None
    return Money(min(zone.first_minor for zone in artist.zones), artist.currency)


def _elsewhere(at: datetime, home: str) -> tuple[str, ...]:
    """What clocks in other cities show at this instant, with the day where it is another: "04:00 Tokyo (Sat)"."""
    here = _local(at, home)
    there = [(zone, _local(at, zone)) for zone in (*_ELSEWHERE, "UTC")]
    return tuple(
        f"{clock_time(at, zone)} {place(zone)}" + (f" ({weekday(at, zone)})" if local.date() != here.date() else "")
        for zone, local in there
        if local.utcoffset() != here.utcoffset()
    )


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
