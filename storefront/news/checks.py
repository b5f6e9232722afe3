"""News for the admins: something that must always be true is not."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts.people import Account
from storefront.invariants.checking import check_all
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import post


def list_broken(session: Session, *, at: datetime) -> dict[str, int]:
    """The invariants that do not hold, by their id, with the number of exceptions."""
    return {finding.id: finding.count for finding in check_all(session, at=at) if not finding.holds}


def tell_admins(session: Session, broken: dict[str, int], *, at: datetime) -> None:
    """The same trouble is told once a day."""
    which = "+".join(sorted(broken))
    admins = select(Account.id).where(Account.is_admin, Account.disabled_at.is_(None)).order_by(Account.id)
    for account_id in session.scalars(admins).all():
        refs = {"account_id": account_id, "broken": broken}
        post(session, Kind.CHECK_FAILED, f"{Kind.CHECK_FAILED}:{which}:{at:%Y%m%d}:{account_id}", refs, at=at)
