"""Mails to whoever follows: the question whether they want to, and what happens to a drop. Each can be stopped by one press."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, list_editions
from storefront.extensions import services
from storefront.following.follows import Follow, write_out_link
from storefront.web.letters import Letter, keys, link_to

_LATE = timedelta(minutes=10)  # after the opening a reminder is of use to nobody


def confirm_follow(refs: dict[str, Any]) -> Letter | None:
    with services().database.transaction() as session:
        follow = session.get(Follow, refs["follow_id"])
        if follow is None or follow.confirmed_at is not None:
            return None
        link = link_to("following.confirm", follow.locale, token=write_out_link(session, follow, keys()))
        drop, artist = follow.drop, (follow.drop.artist if follow.drop else follow.artist)
        facts = {"artist": artist.name if artist else "", "drop": drop.title if drop else "", "link": link}
        return Letter(follow.email, facts, follow.locale)


def drop_news(refs: dict[str, Any]) -> Letter | None:
    """None when it is news no more: cancelled, opened, moved again, or the reader has ended it."""
    at = services().clock.now()
    with services().database.transaction() as session:
        follow, drop = session.get(Follow, refs["follow_id"]), session.get_one(Drop, refs["drop_id"])
        is_moved = drop.opens_at != datetime.fromisoformat(refs["opens_at"])
        # Not confirmed: on SQLite the id of a follow that was ended may by now be that of another.
        if follow is None or follow.confirmed_at is None:
            return None
        if is_moved or drop.state not in (DropState.ANNOUNCED, DropState.OPEN):
            return None
        if at >= drop.opens_at + (_LATE if follow.drop_id else timedelta(0)):
            return None
        return _letter(session, follow, drop)


def drop_cancelled(refs: dict[str, Any]) -> Letter | None:
    with services().database.transaction() as session:
        follow, drop = session.get(Follow, refs["follow_id"]), session.get_one(Drop, refs["drop_id"])
        if follow is None or follow.confirmed_at is None or drop.state is not DropState.CANCELLED:
            return None
        letter = _letter(session, follow, drop)
        artist_link = link_to("shop.artist", follow.locale, slug=drop.artist.slug)
        return replace(letter, facts={**letter.facts, "reason": drop.cancel_reason, "artist_link": artist_link})


def _letter(session: Session, follow: Follow, drop: Drop) -> Letter:
    editions = list_editions(session, drop.id)
    end_link = link_to("following.end", follow.locale, token=write_out_link(session, follow, keys()))
    facts = {
        "title": drop.title,
        "artist": drop.artist.name,
        "opens_at": drop.opens_at,
        "zone": drop.zone,
        "editions": [edition_facts(edition) for edition in editions],
        "picture": link_to("shop.card", slug=drop.slug),
        "link": link_to("shop.drop", follow.locale, slug=drop.slug),
        "calendar_link": link_to("shop.calendar", follow.locale, slug=drop.slug),
        "end_link": end_link,
        "is_reminder": follow.drop_id is not None,
    }
    host = urlsplit(services().settings.base_url).hostname or "localhost"
    headers = {
        "List-Unsubscribe": f"<{end_link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<{'reminders' if follow.drop_id else drop.artist.slug}.follows.{host}>",
    }
    return Letter(follow.email, facts, follow.locale, headers)


def edition_facts(edition: Edition) -> dict[str, Any]:
    return {"title": edition.pin.title, "size": edition.size, "price": edition.price}
