"""People to test with: accounts that can sign in, and what they need for it."""

from factories import NOON, an_account
from storefront.accounts.addresses import email_key
from storefront.accounts.passwords import hash_password

PASSWORD = "nine green umbrellas"
ADDRESS_KEY = "a test's own address key"
_HASHED = {}


def a_person(session, email="ada@example.org", password=PASSWORD, **values):
    """An account with a real password and a real address key, confirmed unless told otherwise."""
    if password not in _HASHED:
        _HASHED[password] = hash_password(password)
    return an_account(
        session,
        **{
            "email": email,
            "email_key": email_key(ADDRESS_KEY.encode(), email),
            "name": "Ada Lovelace",
            "password_hash": _HASHED[password],
            "confirmed_at": NOON,
            **values,
        },
    )
