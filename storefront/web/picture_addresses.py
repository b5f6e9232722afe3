"""Addresses of pictures. Each carries a sign that its picture was shown to whoever asks, so no draft is ever public.

A key is the hash of a picture's content: whoever has the same file knows it, and who saw a draft's page could pass it on.
So the key alone opens nothing. A public page signs it for everybody and for good; a page of the studio for the account
that reads it, until tomorrow; the preview of a drop for whoever has the link, until tomorrow. Nothing is looked up, and
without the shop's own key no sign can be made from another.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from enum import StrEnum

from flask import g, request

from storefront.extensions import services
from storefront.web.current import current_account

PATH = "/media"
_DAY = timedelta(days=1).total_seconds()
_MARK_BYTES = 18
_BACK_OFFICES = ("studio", "admin")


class Reach(StrEnum):
    """For whom a picture was shown; the first letter of its sign."""

    EVERYBODY = "e"
    LINK = "l"
    ACCOUNT = "a"


def picture_address(key: str) -> str:
    """Where this page's reader finds a picture."""
    reach = _reach()
    if reach is Reach.EVERYBODY:
        return f"{services().settings.media_url}{PATH}/{_mark(_key(), _shown(reach), key)}/{key}"
    day = _today()
    return f"{PATH}/{_mark(_key(), _shown(reach, day), key)}.{day}/{key}"


def show_only_to_this_reader() -> None:
    """The page being made is a preview: what it shows is not announced."""
    g.pictures_by_link = True


def reach_of(sign: str, key: str) -> Reach | None:
    """For whom this sign was made, if it was made here and still holds for whoever asks."""
    mark, _, day = sign.partition(".")
    reach = next((r for r in Reach if mark.startswith(r.value)), None)
    if reach is None or (reach is Reach.EVERYBODY) is not (day == ""):
        return None
    if day and day not in (_today(), _today(-1)):
        return None
    shown = _shown(reach, day)
    good = any(hmac.compare_digest(mark.encode(), _mark(own, shown, key).encode()) for own in _keys())
    return reach if good else None


def _reach() -> Reach:
    if (request.blueprint or "").partition(".")[0] in _BACK_OFFICES:
        return Reach.ACCOUNT
    return Reach.LINK if g.get("pictures_by_link") else Reach.EVERYBODY


def _shown(reach: Reach, day: str = "") -> str:
    """To whom and when."""
    account = current_account() if reach is Reach.ACCOUNT else None
    return f"{reach.value} {day} {account.id if account else ''}"


def _today(further: int = 0) -> str:
    return f"{int(services().clock.now().timestamp() // _DAY) + further:x}"


def _mark(own: bytes, shown: str, key: str) -> str:
    made = hmac.digest(own, f"picture {shown} {key}".encode(), "sha256")
    return shown[0] + urlsafe_b64encode(made[:_MARK_BYTES]).decode()


def _key() -> bytes:
    return services().settings.secret_key.encode()


def _keys() -> list[bytes]:
    return [_key(), *(old.encode() for old in services().settings.secret_key_fallbacks)]
