"""Erasing an account: nobody is behind it any more. Its row stays, empty, for what points at it."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, aliased

from storefront.accounts.buyers import Buyer
from storefront.accounts.passwords import UNUSABLE
from storefront.accounts.people import Account, ArtistMember
from storefront.accounts.roles import dismiss_admin
from storefront.accounts.sessions import AccountSession
from storefront.accounts.tokens import AccountToken
from storefront.ids import new_token, token_hash


class LastInStudio(Exception):
    """Without this account nobody could work in an artist's studio."""


def lock_account(session: Session, account_id: int) -> tuple[Account, list[Buyer]]:
    """The account and every buyer that stands for it, locked in the order in which they are locked everywhere."""
    # With the admins, in order of id: two who leave at the same moment do not wait for each other in a circle.
    running = Account.is_admin & Account.disabled_at.is_(None)
    query = select(Account).where((Account.id == account_id) | running).order_by(Account.id).with_for_update()
    found = session.scalars(query, execution_options={"populate_existing": True}).all()
    account = next(one for one in found if one.id == account_id)
    own = select(Buyer.id).where(Buyer.account_id == account_id)
    # As an order does, and no stronger: an offer that has its turn locked may still name the buyer.
    buyers = select(Buyer).where(Buyer.id.in_(own) | Buyer.joined_to.in_(own)).order_by(Buyer.id)
    locked = buyers.with_for_update(key_share=True)
    return account, list(session.scalars(locked, execution_options={"populate_existing": True}))


def erase_account(session: Session, account: Account, buyers: list[Buyer], *, at: datetime) -> None:
    """Take from a locked account and its buyers all that says who it was. Raises LastAdmin or LastInStudio.

    The code of the address stays with the buyer, as with every guest's: the limits of an edition still hold.
    """
    dismiss_admin(session, account)
    _leave_studios(session, account)
    for buyer in buyers:
        if buyer.account_id is not None and buyer.email_key is None:
            buyer.guest_hash = token_hash(new_token())  # a guest whom nobody is
        buyer.account_id = None
    for part in (AccountSession, AccountToken):
        session.execute(delete(part).where(part.account_id == account.id))
    account.email = account.name = ""
    account.email_key = f"erased:{account.id}"
    account.password_hash = UNUSABLE
    account.confirmed_at = account.locale = None
    account.disabled_at = account.disabled_at or at
    account.erased_at = at
    session.flush()


def _leave_studios(session: Session, account: Account) -> None:
    # Locked as a whole: two who leave a studio at the same moment do not leave it empty.
    here = select(ArtistMember.artist_id).where(ArtistMember.account_id == account.id)
    locked = select(ArtistMember.id).where(ArtistMember.artist_id.in_(here)).order_by(ArtistMember.id)
    session.execute(locked.with_for_update()).all()
    other = aliased(ArtistMember)
    others = exists().where(other.artist_id == ArtistMember.artist_id, other.account_id != account.id)
    alone = select(ArtistMember.id).where(ArtistMember.account_id == account.id, ~others)
    if session.scalars(alone).first() is not None:
        raise LastInStudio
    session.execute(delete(ArtistMember).where(ArtistMember.account_id == account.id))
