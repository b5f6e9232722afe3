"""The back office's words: states, reasons, instants and masked addresses."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from babel.dates import format_datetime
from flask_babel import get_locale
from flask_babel import gettext as _

from storefront.extensions import services
from storefront.web.admin.page import filter_address
from storefront.web.formats import duration
from storefront.web.forms import later

_STATES = {
    "abandoned": later("abandoned"),
    "active": later("held"),
    "announced": later("announced"),
    "available": later("free"),
    "cancelled": later("cancelled"),
    "closed": later("closed"),
    "creating": later("asking the provider"),
    "dead": later("given up"),
    "draft": later("draft"),
    "expired": later("expired"),
    "failed": later("failed"),
    "held": later("held"),
    "open": later("open"),
    "paid": later("paid"),
    "paused": later("paused"),
    "pending": later("waiting"),
    "placed": later("not paid yet"),
    "processing": later("money on its way"),
    "queued": later("waiting for its turn"),
    "refunded": later("refunded"),
    "refunding": later("being refunded"),
    "released": later("given back"),
    "releasing": later("on its way back"),
    "requested": later("asked for"),
    "reserved": later("reserved"),
    "review": later("needs a person"),
    "sent": later("sent"),
    "sold": later("sold"),
    "succeeded": later("money is back"),
    "void": later("void"),
    "withheld": later("not for sale"),
}
_DOTS = {
    "sold": {"sold", "paid", "sent", "succeeded"},
    "held": {
        "held",
        "active",
        "releasing",
        "placed",
        "review",
        "reserved",
        "pending",
        "requested",
        "refunding",
        "processing",
    },
    "withheld": {"withheld"},
    "void": {"void"},
}
_REASONS = {
    "correction": later("correction of a mistake"),
    "damaged": later("damaged"),
    "duplicate": later("bought twice by mistake"),
    "elsewhere": later("refunded at the provider"),
    "exhibition": later("kept for an exhibition"),
    "fault": later("faulty or broken"),
    "gift": later("kept as a gift"),
    "late": later("paid too late"),
    "lost": later("lost in the post"),
    "other": later("another reason"),
    "returned": later("came back from a buyer"),
    "review": later("could not be sold"),
    "wish": later("the buyer's wish"),
}
_ENTRIES = {
    "certified": later("certified"),
    "closed": later("sale closed"),
    "declared": later("edition declared"),
    "opened": later("sale opened"),
    "refunded": later("refunded"),
    "relisted": later("on sale again"),
    "replaced": later("replaced"),
    "revoked": later("certificate revoked"),
    "seed_revealed": later("seed revealed"),
    "sold": later("sold"),
    "transferred": later("passed on"),
    "voided": later("struck out"),
    "withheld": later("kept back"),
}

_MAILS = {
    "account_exists": later("account exists"),
    "address_changed": later("address changed"),
    "change_address": later("change of address"),
    "confirm_address": later("address to confirm"),
    "hold_lost": later("number lost"),
    "order_paid": later("receipt"),
    "order_refunded": later("refund"),
    "reset_password": later("new password"),
}


def for_templates() -> dict[str, Any]:
    """What every admin template may call."""
    return {
        "ago": ago,
        "dot": dot,
        "entry": entry,
        "filter_address": filter_address,
        "mail_kind": mail_kind,
        "masked": masked,
        "reason": reason,
        "stamp": stamp,
        "word": word,
    }


def word(state: StrEnum | str, *, over: bool = False) -> str:
    """One vocabulary for every kind of thing. `over`: the sale has ended, so what is free was not sold."""
    return str(_("not sold") if over and state == "available" else _STATES[str(state)])


def dot(state: StrEnum | str) -> str:
    """The mark beside the word: filled for done, a ring for under way, pale for free or over."""
    return next((shape for shape, states in _DOTS.items() if str(state) in states), "free")


def reason(code: str) -> str:
    return str(_REASONS.get(code, code))


def entry(kind: StrEnum | str) -> str:
    return str(_ENTRIES[str(kind)])


def mail_kind(kind: str) -> str:
    return str(_MAILS.get(kind, kind))


def masked(email: str | None) -> str:
    """Enough of an address to recognise it, not enough to write to: "m•••@posteo.de"; without one, a guest."""
    if not email:
        return str(_("guest"))
    name, _at, host = email.rpartition("@")
    return f"{name[:1]}•••@{host}"


def stamp(at: datetime | None) -> str:
    """The instant to the second, in UTC: what logs and the provider's pages say too."""
    return format_datetime(at, "d MMM y, HH:mm:ss 'UTC'", locale=str(get_locale() or "en")) if at else ""


def ago(at: datetime) -> str:
    span = services().clock.now() - at
    if span.total_seconds() < 0:
        return str(_("in %(span)s", span=duration(-span)))
    return str(_("%(span)s ago", span=duration(span)))
