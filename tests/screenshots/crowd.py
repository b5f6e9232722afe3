"""The people on the stage: guests and accounts, whoever waits, follows, or gives a pin away."""

import dataclasses

from sqlalchemy import select

from factories import a_buyer
from people import a_person
from storefront.accounts import buyers, saved_addresses, sessions
from storefront.accounts.addresses import email_key
from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition
from storefront.following import follows
from storefront.ids import new_token, token_hash
from storefront.inventory.holds import Hold, HoldState
from storefront.provenance import transfers
from storefront.provenance.certificates import Certificate
from storefront.waitlist import joining
from storefront.waitlist.offering import offer_one


@dataclasses.dataclass(frozen=True)
class Guest:
    """Somebody's browser: the token in its cookie, and the buyer behind it."""

    token: str
    buyer: int

    @property
    def cookie(self):
        return {"guest": self.token}


@dataclasses.dataclass(frozen=True)
class Person(Guest):
    """Somebody signed in: the session's token."""

    @property
    def cookie(self):
        return {"_user_id": self.token, "_fresh": True}


class Crowd:
    """What a stage does with people; the stage has the shop, its database and its till."""

    def guest(self):
        token = new_token()
        with self.database.transaction() as session:
            return Guest(token, a_buyer(session, guest_hash=token_hash(token)).id)

    def person(self, email, *, saved=None, **values):
        """Somebody with an account, signed in; `saved` is the address they stored."""
        with self.database.transaction() as session:
            account = a_person(session, email=email, **values)
            token = sessions.begin(session, account.id, "Mozilla/5.0 (Macintosh) Firefox/151.0", at=self.now)
            if saved:
                saved_addresses.save(session, account.id, saved, at=self.now)
            return Person(token, buyers.of_account(session, account.id, at=self.now).id)

    def wait(self, hung, buyer, email, *, asked_only=False):
        """A place in the queue, or only the wish for one: the token of its mails."""
        step = joining.ask if asked_only else joining.join
        with self.database.transaction() as session:
            edition = session.get_one(Edition, hung.edition.id)
            turn = step(session, edition, joining.Joiner(buyer, email, "en"), key=self._key, at=self.now)
            return joining.write_out(turn, [self._key])

    def bring_back(self, hung):
        """A walk-in gives a number back and it is offered to the first in the queue: the offer's hold."""
        with self.database.transaction() as session:
            query = select(Hold.id).where(Hold.edition_id == hung.edition.id, Hold.state == HoldState.ACTIVE)
            held = session.scalars(query.order_by(Hold.id)).first()
        self.till.give_back(held)
        with self.database.transaction() as session:
            return offer_one(session, hung.edition.id, at=self.now).hold_id

    def follow(self, email, artist, *, asked_only=False):
        """An address follows an artist, or has asked to: the token of its mails."""
        step = follows.ask_to_follow if asked_only else follows.follow_at_once
        key = email_key(self.live.services.settings.address_key.encode(), email)
        with self.database.transaction() as session:
            subject = follows.Subject(artist_id=session.scalars(select(Artist.id).where(Artist.slug == artist)).one())
            step(session, subject, follows.Reader(email, key), token_key=self._key, at=self.now)
            return follows.write_out_link(session, follows.find_follow(session, subject, key), [self._key])

    def offer(self, code, giver, *, email=None):
        """The link that passes a pin on: its token."""
        with self.database.transaction() as session:
            certificate = session.scalars(select(Certificate).where(Certificate.code == code)).one()
            made = transfers.offer(session, certificate.id, giver.buyer, key=self._key, at=self.now, email=email)
            return transfers.write_out(made, [self._key])

    @property
    def _key(self):
        return self.live.services.settings.secret_key.encode()
