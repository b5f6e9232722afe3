"""Names nobody can guess: tokens, codes and keys, and the keyed hashes under which they are stored."""

import base64
import hashlib
import hmac
import secrets

_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, no U: read aloud without doubt
_CODE_LENGTH = 12  # 30^12 is 59 bits: enough against guessing where an owner check stands behind it


def new_token() -> str:
    """256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A code a person can read out, such as an order's."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))


def token_hash(token: str) -> str:
    """The only form in which a token is stored: SHA-256, hex. The token itself has 256 bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(key: bytes, purpose: str, text: str) -> str:
    """HMAC-SHA-256 in hex; `purpose` keeps hashes of different uses apart."""
    return hmac.digest(key, f"{purpose}:{text}".encode(), "sha256").hex()


def derived_token(key: bytes, purpose: str, ref: str) -> str:
    """A token of 256 bits that need not be kept to be written again: whoever has the key derives it from `ref`."""
    digest = hmac.digest(key, f"token:{purpose}:{ref}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
