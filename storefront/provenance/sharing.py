"""Sharing a number: its owner gives "this one is mine" a public address, and may take it back.

The address belongs to the certificate: whoever takes the piece over has another certificate, and has shared nothing.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.ids import new_token
from storefront.orders.orders import LineState
from storefront.provenance.certificates import Certificate

_LETTERS = 16  # 96 bits: nobody finds it who was not given it


def share(certificate: Certificate) -> str:
    """The last part of the public address; asked again, the same."""
    if certificate.shared_code is None:
        certificate.shared_code = new_token()[:_LETTERS]
    return certificate.shared_code


def withdraw(certificate: Certificate) -> None:
    """The address is nothing's from now on; sharing again gives another."""
    certificate.shared_code = None


def find_shared(session: Session, code: str) -> Certificate | None:
    """What was shared so, while it is its owner's: not once it has passed on or is being given back."""
    query = select(Certificate).where(Certificate.shared_code == code, Certificate.moved_at.is_(None))
    found = session.scalars(query).one_or_none()
    return found if found is not None and found.line.state is LineState.SOLD else None
