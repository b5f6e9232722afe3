"""Signed records: what a certificate says, and whether it was said with a key of the shop.

A document is JSON: {"record": {…}, "signature": …, "public_key": …}. The signature is Ed25519 (RFC 8032) over the record's
canonical JSON: keys sorted, no spaces, UTF-8; all its values are texts, whole numbers, or objects of these, so that any
language writes the same bytes. Key and signature are base64. A key's id is the first 16 hex digits of its SHA-256.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Collection
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

# Any: what json reads.
Record = dict[str, Any]


class NotGenuine(Exception):
    """The document is not what the shop signed; the text says why, in a sentence."""


def canonical(record: Record) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def key_id(public_key: bytes) -> str:
    return hashlib.sha256(public_key).hexdigest()[:16]


def sign(record: Record, secret: Ed25519PrivateKey) -> bytes:
    return secret.sign(canonical(record))


def written_out(record: Record, signature: bytes, public_key: bytes) -> str:
    """The document, for people to read and keep."""
    document = {"record": record, "signature": _text(signature), "public_key": _text(public_key)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def check_document(text: str, known_keys: Collection[str] | None = None) -> Record:
    """The record of a genuine document. `known_keys` are the shop's public keys in base64, from its key log; without them
    only that the document was not changed is known, not who signed it. Raises NotGenuine.
    """
    record, signature, public_key = _read(text)
    if record.get("key") != key_id(public_key):
        raise NotGenuine("The record names another key than the one that comes with it.")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, canonical(record))
    except (InvalidSignature, ValueError):
        raise NotGenuine("The signature does not fit: the record was changed after it was signed.") from None
    if known_keys is not None and _text(public_key) not in known_keys:
        raise NotGenuine("The signature fits, but the key is none of the shop's.")
    return record


def _read(text: str) -> tuple[Record, bytes, bytes]:
    try:
        document = json.loads(text)
        record = document["record"]
        signature, public_key = (
            base64.b64decode(document[name], validate=True) for name in ("signature", "public_key")
        )
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        raise NotGenuine("This is no signed record of a certificate.") from None
    if not isinstance(record, dict):
        raise NotGenuine("This is no signed record of a certificate.")
    return record, signature, public_key


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
