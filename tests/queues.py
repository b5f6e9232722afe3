"""People who wait, to test with."""

from factories import NOON, a_buyer, a_key
from storefront.ids import token_hash
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.placing import place_hold
from storefront.waitlist import joining
from storefront.waitlist.joining import Joiner, write_out

KEY = b"a test's own secret key, long enough"


def a_joiner(session, buyer=None, email="waiting@example.org"):
    return Joiner((buyer or a_buyer(session)).id, email, "en")


def a_turn(session, edition, buyer=None, *, at=NOON):
    """A place in the queue."""
    return joining.join(session, edition, a_joiner(session, buyer), key=KEY, at=at)


def hold_all(session, edition, *, at=NOON):
    """Every number is in somebody's hands; the holds by number."""
    free = (
        session.query(Piece)
        .filter_by(edition_id=edition.id, kind=PieceKind.NUMBERED, state=PieceState.AVAILABLE)
        .count()
    )
    return [place_hold(session, edition, a_buyer(session).id, key=a_key(), at=at) for _ in range(free)]


def token_of(turn, key=KEY):
    token = write_out(turn, [key])
    assert token_hash(token) == turn.token_hash
    return token
