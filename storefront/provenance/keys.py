"""Signing keys: the shop's Ed25519 keys, the newest in use; a public one is never forgotten, a secret one lies encrypted."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, HasId
from storefront.provenance.records import key_id


class KeyLocked(Exception):
    """None of the shop's secrets opens the signing key."""


class SigningKey(HasId, Base):
    """`public_key` in base64; `sealed` is the secret one, encrypted with the shop's SECRET_KEY."""

    __tablename__ = "signing_key"

    key_id: Mapped[str] = mapped_column(Text, unique=True)
    public_key: Mapped[str] = mapped_column(Text, unique=True)
    sealed: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Vault:
    """Opens and seals secret keys. `secrets` are the shop's own, the one in use first, older ones after it."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._box = MultiFernet([Fernet(_fernet_key(secret)) for secret in secrets])

    def seal(self, secret: Ed25519PrivateKey) -> str:
        return self._box.encrypt(secret.private_bytes_raw()).decode()

    def open(self, sealed: str) -> Ed25519PrivateKey:
        """Raises KeyLocked."""
        try:
            return Ed25519PrivateKey.from_private_bytes(self._box.decrypt(sealed.encode()))
        except InvalidToken:
            raise KeyLocked from None


def current_key(session: Session, vault: Vault, *, at: datetime) -> SigningKey:
    """The key to sign with; the first is made when it is first needed, another when none of the shop's secrets opens it."""
    query = select(SigningKey).where(SigningKey.retired_at.is_(None)).order_by(SigningKey.id.desc()).limit(1)
    key = session.scalars(query).one_or_none()
    if key is None:
        return _make(session, vault, at)
    try:
        vault.open(key.sealed)
    except KeyLocked:
        return rotate(session, vault, at=at)
    return key


def rotate(session: Session, vault: Vault, *, at: datetime) -> SigningKey:
    """A new key from now on. What the old ones signed stays genuine: their public keys stay in the log."""
    for key in session.scalars(select(SigningKey).where(SigningKey.retired_at.is_(None)).with_for_update()):
        key.retired_at = at
    return _make(session, vault, at)


def list_keys(session: Session) -> list[SigningKey]:
    """The log, oldest first."""
    return list(session.scalars(select(SigningKey).order_by(SigningKey.id)))


def _make(session: Session, vault: Vault, at: datetime) -> SigningKey:
    secret = Ed25519PrivateKey.generate()
    public = secret.public_key().public_bytes_raw()
    key = SigningKey(
        key_id=key_id(public), public_key=base64.b64encode(public).decode(), sealed=vault.seal(secret), made_at=at
    )
    session.add(key)
    session.flush()
    return key


def _fernet_key(secret: str) -> bytes:
    """The shop's secret for this purpose alone."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"signing keys:{secret}".encode()).digest())
