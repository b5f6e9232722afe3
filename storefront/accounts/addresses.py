"""E-mail addresses: when two of them are one person's for the purpose of limits."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from storefront.ids import keyed_hash

_DOTLESS = {"gmail.com"}  # these hosts ignore dots in the name
_SAME_HOST = {"googlemail.com": "gmail.com"}
_DASH_TAGS = {"yahoo.com", "ymail.com"}  # tags after a dash there, after a plus elsewhere


class BadAddress(ValueError):
    """Not an e-mail address a message could reach."""


def check_address(text: str) -> str:
    """The address as it will be written to. Raises BadAddress."""
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as problem:
        raise BadAddress(str(problem)) from problem


def email_key(key: bytes, address: str) -> str:
    """The keyed hash under which a buyer's address counts; aliases of one mailbox have the same."""
    return keyed_hash(key, "email", _one_mailbox(address))


def _one_mailbox(address: str) -> str:
    local, _, host = unicodedata.normalize("NFKC", address).strip().casefold().rpartition("@")
    host = _SAME_HOST.get(host, host)
    local = local.split("+", 1)[0]
    if host in _DASH_TAGS:
        local = local.split("-", 1)[0]
    if host in _DOTLESS:
        local = local.replace(".", "")
    return f"{local}@{host}"
