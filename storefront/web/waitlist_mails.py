"""Mails to whoever waits: the question whether they want to, their place, their turn, and the end of it."""

from typing import Any

from storefront.extensions import services
from storefront.inventory.turns import Turn, TurnState
from storefront.waitlist.joining import write_out
from storefront.web.letters import Letter, keys, link_to
from storefront.web.turn_view import Standing, view_turn


def of_turn(state: TurnState, refs: dict[str, Any]) -> Letter | None:
    """None when the turn no longer stands where the message says."""
    at = services().clock.now()
    with services().database.reading() as session:
        turn = session.get(Turn, refs["turn_id"])
        if turn is None or turn.email is None or turn.state is not state or turn.edition.drop is None:
            return None
        view, hold, drop = view_turn(session, turn, at), turn.hold, turn.edition.drop
        facts = {
            "title": view.title,
            "artist": drop.artist.name,
            "place": view.place,
            "queue": view.queue,
            "zone": view.zone,
            "until": view.until,
            "number": view.number,
            "price": hold.price if hold else None,
            "free_until": drop.closes_at if drop.sells_at(at) else None,
            "follow_link": link_to("following.artist", turn.locale, slug=drop.artist.slug),
        }
    if state is TurnState.OFFERED and view.standing is not Standing.OFFERED:
        return None
    token = write_out(turn, keys())
    if token is None:
        raise LookupError("none of the shop's keys made this token")
    return Letter(turn.email, {**facts, "link": link_to("waitlist.open_link", turn.locale, token=token)}, turn.locale)
