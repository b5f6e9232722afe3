"""Announcing: the moment from which a drop's editions are a promise, and every piece of them exists."""

from datetime import datetime

from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, list_editions
from storefront.catalog.pins import Pin
from storefront.catalog.readiness import Gap, missing_for_announcement
from storefront.db import locked, move
from storefront.inventory.minting import mint


class NotADraft(Exception):
    """Only a draft can be announced."""


class NotReady(Exception):
    """The checklist has gaps."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__([gap.need for gap in gaps])
        self.gaps = gaps


def announce(session: Session, drop: Drop, *, at: datetime) -> None:
    """Mint every edition of the drop and make it public; the artist's currency is fixed. Raises NotADraft, NotReady."""
    locked(session, Drop, [drop.id])
    if drop.state is not DropState.DRAFT:
        raise NotADraft(drop.state)
    artist = locked(session, Artist, [drop.artist_id])[0]
    editions = _locked_editions(session, drop)
    if gaps := missing_for_announcement(session, drop, at=at):
        raise NotReady(gaps)
    artist.currency = editions[0].currency
    for edition in editions:
        if edition.minted_at is None:  # one that stood in a cancelled drop has its pieces already
            mint(session, edition, at=at)
    move(session, Drop, DropState.ANNOUNCED, expect=[DropState.DRAFT], where=[Drop.id == drop.id], announced_at=at)
    session.refresh(drop)


def _locked_editions(session: Session, drop: Drop) -> list[Edition]:
    locked(session, Pin, {edition.pin_id for edition in list_editions(session, drop.id)})
    return locked(session, Edition, [edition.id for edition in list_editions(session, drop.id)])
