"""The throttle: how often something was tried lately, counted in the database so that every process sees it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Text, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, inserting
from storefront.ids import keyed_hash

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEPT_FOR = timedelta(days=2)


class ThrottleCount(Base):
    __tablename__ = "throttle_count"

    name: Mapped[str] = mapped_column(Text, primary_key=True)  # what is counted, and for whom (a keyed hash)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


@dataclass(frozen=True)
class Limit:
    """At most so many tries within a span of time, by one person or from one place."""

    name: str
    most: int
    within: timedelta


SIGN_INS = Limit("sign-in", 10, timedelta(minutes=15))
SIGN_INS_FROM = Limit("sign-in-from", 50, timedelta(minutes=15))
SIGN_UPS_FROM = Limit("sign-up-from", 20, timedelta(hours=1))
MAILS = Limit("mail", 5, timedelta(hours=1))
MAILS_FROM = Limit("mail-from", 20, timedelta(hours=1))
FOLLOWS = Limit("follow", 5, timedelta(days=1))
JOINS = Limit("waitlist", 20, timedelta(hours=1))  # by who need not be asked by mail first
OFFERS = Limit("transfer", 10, timedelta(days=1))  # of one pin: each is told to the address it was bought with
PAYMENTS = Limit("payment", 10, timedelta(minutes=10))
PAYMENTS_FROM = Limit("payment-from", 60, timedelta(minutes=1))


def count_try(session: Session, limit: Limit, whom: str, *, key: bytes, at: datetime) -> timedelta | None:
    """Count one more try. None when it may go on, else how long to wait."""
    window_at = _window(limit, at)
    row = inserting(session, ThrottleCount).values(name=_name(limit, whom, key), window_at=window_at, count=1)
    statement = row.on_conflict_do_update(
        index_elements=["name", "window_at"], set_={"count": ThrottleCount.count + 1}
    ).returning(ThrottleCount.count)
    tried = session.scalars(statement).one()
    return None if tried <= limit.most else window_at + limit.within - at


def forgive(session: Session, limit: Limit, whom: str, *, key: bytes) -> None:
    """Forget the tries: whoever made them has shown who they are."""
    session.execute(delete(ThrottleCount).where(ThrottleCount.name == _name(limit, whom, key)))


def forget_old(session: Session, *, at: datetime) -> None:
    session.execute(delete(ThrottleCount).where(ThrottleCount.window_at < at - KEPT_FOR))


def place_of(address: str | None) -> str:
    """The place a request comes from: an IPv4 address, or the /64 an IPv6 household has to itself."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "nowhere"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))


def _name(limit: Limit, whom: str, key: bytes) -> str:
    return f"{limit.name}:{keyed_hash(key, 'throttle', whom)}"


def _window(limit: Limit, at: datetime) -> datetime:
    return _EPOCH + (at - _EPOCH) // limit.within * limit.within
