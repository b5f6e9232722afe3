"""Mails to a studio and to the shop's admins."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from storefront.accounts.people import Account, list_artist_ids
from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop
from storefront.catalog.editions import list_editions
from storefront.extensions import services
from storefront.invariants.statements import INVARIANTS
from storefront.inventory.wall import last_sales
from storefront.money import Money
from storefront.news.studios import Sold, list_sold_of, list_sold_on
from storefront.web.follow_mails import edition_facts
from storefront.web.letters import Letter, link_to


def drop_opened(refs: dict[str, Any]) -> Letter | None:
    with services().database.reading() as session:
        account, drop = session.get_one(Account, refs["account_id"]), session.get_one(Drop, refs["drop_id"])
        if not _works_for(session, account, drop.artist_id):
            return None
        facts = {
            "title": drop.title,
            "opens_at": drop.opens_at,
            "zone": drop.zone,
            "editions": [edition_facts(edition) for edition in list_editions(session, drop.id)],
            "link": link_to("studio.drops.show", account.locale, drop_id=str(drop.id)),
        }
        return Letter(account.email, facts, account.locale)


def drop_sold_out(refs: dict[str, Any]) -> Letter | None:
    with services().database.reading() as session:
        account, drop = session.get_one(Account, refs["account_id"]), session.get_one(Drop, refs["drop_id"])
        if not _works_for(session, account, drop.artist_id):
            return None
        editions = list_editions(session, drop.id)
        last = max(last_sales(session, editions).values(), default=None)
        facts = {
            "title": drop.title,
            "size": sum(edition.size for edition in editions),
            "sold_in": last - drop.opens_at if last is not None else timedelta(0),
            "link": link_to("studio.drops.show", account.locale, drop_id=str(drop.id)),
            **_taken(list_sold_of(session, drop.id)),
        }
        return Letter(account.email, facts, account.locale)


def daily_digest(refs: dict[str, Any]) -> Letter | None:
    """None when all of it has been refunded since."""
    with services().database.reading() as session:
        account, artist = session.get_one(Account, refs["account_id"]), session.get_one(Artist, refs["artist_id"])
        sold = list_sold_on(session, artist.id, day := date.fromisoformat(refs["day"]))
        if not sold or not _works_for(session, account, artist.id):
            return None
        link = link_to("studio.artists.show", account.locale, slug=artist.slug)
        facts = {"artist": artist.name, "day": day, "link": link, **_taken(sold)}
        return Letter(account.email, facts, account.locale)


def check_failed(refs: dict[str, Any]) -> Letter | None:
    with services().database.reading() as session:
        account = session.get_one(Account, refs["account_id"])
    if not account.is_admin or account.disabled_at is not None:
        return None
    says = {invariant.id: invariant.says for invariant in INVARIANTS}
    broken = [(says[name], count) for name, count in refs["broken"].items()]
    link = link_to("admin.live.show", account.locale, checks="all")
    return Letter(account.email, {"broken": broken, "link": link}, account.locale)


def _taken(sold: list[Sold]) -> dict[str, Any]:
    """An artist has one currency, so what was taken is one sum."""
    total = Money(sum(one.taken.minor for one in sold), sold[0].taken.currency) if sold else None
    return {"sold": sold, "count": sum(one.count for one in sold), "total": total}


def _works_for(session: Session, account: Account, artist_id: int) -> bool:
    return account.disabled_at is None and artist_id in list_artist_ids(session, account.id)
