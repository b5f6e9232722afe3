"""What the shop asks of its payment provider, in the shop's own words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class SessionFacts:
    """A hosted checkout session as the provider tells it; `currency` in capitals, instants in UTC.

    Whoever has `url` can open its pay page, so it stays out of every log line.
    """

    id: str
    status: str
    payment_status: str
    url: str | None = field(repr=False)
    client_reference_id: str | None
    amount_total: int | None
    currency: str | None
    livemode: bool
    metadata: dict[str, str]
    created: datetime
    expires_at: datetime
    intent_id: str | None
    intent_status: str | None
    charge_id: str | None
    captured_minor: int
    card_fingerprint: str | None


@dataclass(frozen=True)
class RefundFacts:
    id: str
    status: str
    amount_minor: int
    currency: str
    intent_id: str | None
    metadata: dict[str, str]


@dataclass(frozen=True)
class DisputeFacts:
    id: str
    status: str
    charge_id: str
    intent_id: str | None
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True)
class EventFacts:
    """`session_id` and `intent_id` as far as the event names them."""

    id: str
    type: str
    object_id: str
    object_type: str
    created: datetime
    livemode: bool
    session_id: str | None
    intent_id: str | None


class GatewayUnknown(Exception):
    """Nobody knows whether the call had its effect. `replayed`: the provider repeated a saved failure."""

    def __init__(self, message: str = "", *, replayed: bool = False) -> None:
        super().__init__(message)
        self.replayed = replayed


class GatewayRefused(Exception):
    """The provider said no; nothing happened."""

    def __init__(
        self, message: str = "", *, code: str | None = None, param: str | None = None, http_status: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.param = param
        self.http_status = http_status


class GatewayBusy(Exception):
    """Too many calls; this one was not executed."""


class ForgedEvent(Exception):
    """Not an event of our provider, or not one we may believe."""


class Gateway(Protocol):
    def create_session(self, params: dict[str, Any], key: str) -> SessionFacts: ...

    def retrieve_session(self, session_id: str) -> SessionFacts: ...

    def expire_session(self, session_id: str) -> SessionFacts: ...

    def list_sessions(self, *, created_since: datetime, status: str | None = None) -> Iterator[SessionFacts]: ...

    def create_refund(self, params: dict[str, Any], key: str) -> RefundFacts: ...

    def retrieve_refund(self, refund_id: str) -> RefundFacts: ...

    def list_refunds(self, intent_id: str) -> list[RefundFacts]: ...  # newest first

    def retrieve_dispute(self, dispute_id: str) -> DisputeFacts: ...

    def list_events(self, types: Sequence[str], *, created_since: datetime) -> Iterator[EventFacts]: ...

    def read_event(self, body: bytes, signature: str | None) -> EventFacts: ...

    def server_time(self) -> datetime | None: ...
