"""Edition terms: how many, at what price, and by which rule the numbers are handed out."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.catalog.pins import Pin
from storefront.db import locked
from storefront.ids import new_code


class EditionFrozen(Exception):
    """The edition is announced: its terms are a promise."""


class ReservedRefused(Exception):
    """The reserved numbers are not part of the edition ("outside"), leave nothing to sell ("all") or say no why ("note")."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PriceMissing(Exception):
    """An edition costs something."""


class CurrencyMissing(Exception):
    """The artist has not chosen a currency yet."""


@dataclass(frozen=True)
class EditionTerms:
    """`reserved` numbers are never sold; `reserved_note` tells visitors where they go. The currency is the artist's."""

    size: int
    price_minor: int
    proofs: int = 0
    reserved: tuple[int, ...] = ()
    reserved_note: str = ""
    per_person: int = 1
    policy: NumberPolicy = NumberPolicy.ASCENDING


def create_edition(session: Session, pin: Pin, terms: EditionTerms, *, at: datetime) -> Edition:
    """Raises ReservedRefused, PriceMissing, CurrencyMissing."""
    _check(terms)
    currency = session.get_one(Artist, pin.artist_id).currency
    if currency is None:
        raise CurrencyMissing
    ref = f"ed-{new_code().lower()}"
    edition = Edition(**_columns(terms), ref=ref, pin_id=pin.id, currency=currency, created_at=at)
    session.add(edition)
    session.flush()
    return edition


def edit_edition(session: Session, edition: Edition, terms: EditionTerms) -> None:
    """Raises EditionFrozen, ReservedRefused, PriceMissing."""
    _check(terms)
    _lock_unannounced(session, edition)
    for name, value in _columns(terms).items():
        setattr(edition, name, value)
    session.flush()


def remove_edition(session: Session, edition: Edition) -> None:
    """Raises EditionFrozen."""
    _lock_unannounced(session, edition)
    session.delete(edition)
    session.flush()


def _lock_unannounced(session: Session, edition: Edition) -> None:
    locked(session, Edition, [edition.id])
    if edition.minted_at is not None:
        raise EditionFrozen(edition.ref)


def _check(terms: EditionTerms) -> None:
    if terms.price_minor < 1:
        raise PriceMissing
    if any(not 1 <= number <= terms.size for number in terms.reserved):
        raise ReservedRefused("outside")
    if len(set(terms.reserved)) >= terms.size:
        raise ReservedRefused("all")
    if terms.reserved and not terms.reserved_note.strip():
        raise ReservedRefused("note")


def _columns(terms: EditionTerms) -> dict[str, object]:
    return {**asdict(terms), "reserved": sorted(set(terms.reserved))}
