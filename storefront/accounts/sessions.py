"""Sign-in sessions: the row behind a cookie. Ending the row ends the session, whatever the cookie says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, Text, delete, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.accounts.people import Account, ArtistMember
from storefront.db import Base, HasId
from storefront.ids import new_token, token_hash

IDLE = timedelta(days=14)
LONGEST = timedelta(days=90)
STAFF_IDLE = timedelta(minutes=30)
STAFF_LONGEST = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)  # a row is not written for every page
_KEEP = timedelta(days=30)
_DEVICE_LENGTH = 200


class AccountSession(HasId, Base):
    __tablename__ = "account_session"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class SignedIn:
    """The person behind a session's token. Staff are admins and those who work in a studio."""

    account: Account
    session_id: int
    is_member: bool
    seen_at: datetime

    @property
    def is_staff(self) -> bool:
        return self.account.is_admin or self.is_member


def begin(session: Session, account_id: int, device: str, *, at: datetime) -> str:
    """A new session; its token is told once and never stored."""
    token = new_token()
    session.add(
        AccountSession(
            account_id=account_id,
            token_hash=token_hash(token),
            created_at=at,
            seen_at=at,
            expires_at=at + LONGEST,
            device=device[:_DEVICE_LENGTH],
        )
    )
    session.flush()
    return token


def find_signed_in(session: Session, token: str, *, at: datetime) -> SignedIn | None:
    """Who is behind this token now; None once the session is ended, idle or too old, or the account is disabled."""
    is_member = exists().where(ArtistMember.account_id == Account.id)
    query = (
        select(AccountSession, Account, is_member)
        .join(Account, Account.id == AccountSession.account_id)
        .where(AccountSession.token_hash == token_hash(token))
        .where(AccountSession.ended_at.is_(None), Account.disabled_at.is_(None))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    kept, account, member = row
    found = SignedIn(account, kept.id, bool(member), kept.seen_at)
    return found if _is_live(kept, at, staff=found.is_staff) else None


def is_seen_long_ago(found: SignedIn, *, at: datetime) -> bool:
    return at - found.seen_at >= _SEEN_EVERY


def note_seen(session: Session, session_id: int, *, at: datetime) -> None:
    mine = (AccountSession.id == session_id) & (AccountSession.seen_at < at)
    session.execute(update(AccountSession).where(mine).values(seen_at=at))


def rotate(session: Session, session_id: int) -> str:
    """A new token for the same session: the one known before a change of privilege opens nothing after it."""
    token = new_token()
    session.execute(update(AccountSession).where(AccountSession.id == session_id).values(token_hash=token_hash(token)))
    return token


def list_sessions(session: Session, account_id: int, *, at: datetime, staff: bool) -> list[AccountSession]:
    """The account's live sessions, the one used last first."""
    query = (
        select(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
        .order_by(AccountSession.seen_at.desc(), AccountSession.id.desc())
    )
    return [row for row in session.scalars(query) if _is_live(row, at, staff=staff)]


def end(session: Session, account_id: int, session_id: int, *, at: datetime) -> bool:
    """End one of the account's own sessions. False when it has no such session."""
    return bool(_end(session, at, AccountSession.account_id == account_id, AccountSession.id == session_id))


def end_all(session: Session, account_id: int, *, at: datetime, but: int | None = None) -> int:
    """End every session of an account, or all but one."""
    others = [AccountSession.id != but] if but is not None else []
    return _end(session, at, AccountSession.account_id == account_id, *others)


def forget_old(session: Session, *, at: datetime) -> None:
    """Delete the rows of sessions that nobody can use any more."""
    session.execute(delete(AccountSession).where(AccountSession.expires_at < at - _KEEP))
    session.execute(delete(AccountSession).where(AccountSession.ended_at < at - _KEEP))


def _is_live(row: AccountSession, at: datetime, *, staff: bool) -> bool:
    # By the role of this moment: a session of somebody who became an admin is a short one from then on.
    idle, longest = (STAFF_IDLE, STAFF_LONGEST) if staff else (IDLE, LONGEST)
    return at < min(row.expires_at, row.created_at + longest, row.seen_at + idle)


def _end(session: Session, at: datetime, *which: ColumnElement[bool]) -> int:
    ended = (
        update(AccountSession)
        .where(AccountSession.ended_at.is_(None), *which)
        .values(ended_at=at)
        .returning(AccountSession.id)
    )
    return len(session.scalars(ended).all())
