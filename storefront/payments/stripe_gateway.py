"""The one speaker to Stripe: calls out, facts back, and every failure in one of three words."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import stripe
from stripe import RequestsClient, StripeClient

from storefront.clock import Clock, SystemClock
from storefront.loopback import is_loopback
from storefront.payments.gateway import (
    DisputeFacts,
    EventFacts,
    ForgedEvent,
    GatewayBusy,
    GatewayRefused,
    GatewayUnknown,
    RefundFacts,
    SessionFacts,
)
from storefront.payments.server_clock import ServerClock
from storefront.payments.stripe_facts import dispute_facts, event_facts, refund_facts, session_facts

_MONEY = "payment_intent.latest_charge"
_PAGE = 100
_EARLY = timedelta(minutes=5)
_UNDECIDED = (408, 409)  # it may be running, or have run


class StripeGateway:
    """Speaks to Stripe's test mode or, with `api_base`, to its stand-in on this machine. Safe to share among threads."""

    def __init__(
        self,
        secret_key: str,
        webhook_secrets: tuple[str, ...],
        api_base: str | None = None,
        *,
        timeout: tuple[float, float] = (3.05, 8),
        retries: int = 1,
        clock: Clock | None = None,
    ) -> None:
        _check(secret_key, webhook_secrets, api_base)
        self._server = ServerClock()
        stripe.enable_telemetry = False
        # Below this level the SDK writes whole answers, pay page addresses included.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        self._client = StripeClient(
            secret_key,
            base_addresses={"api": api_base} if api_base else None,
            max_network_retries=retries,  # the client makes none unless told
            http_client=_ListeningClient(self._server, timeout=timeout, on_loopback=api_base is not None),
        )
        self._webhook_secrets = webhook_secrets
        self._clock = clock or SystemClock()

    def create_session(self, params: dict[str, Any], key: str) -> SessionFacts:
        """`params` are stored JSON and go out as they are; mypy can't know they fit, the contract tests do."""
        with _calling():
            session = self._client.v1.checkout.sessions.create(params, {"idempotency_key": key})  # type: ignore[arg-type]
            return session_facts(session.to_dict())

    def retrieve_session(self, session_id: str) -> SessionFacts:
        with _calling():
            session = self._client.v1.checkout.sessions.retrieve(session_id, {"expand": [_MONEY]})
            return session_facts(session.to_dict())

    def expire_session(self, session_id: str) -> SessionFacts:
        with _calling():
            session = self._client.v1.checkout.sessions.expire(session_id, {"expand": [_MONEY]})
            return session_facts(session.to_dict())

    def list_sessions(self, *, created_since: datetime, status: str | None = None) -> Iterator[SessionFacts]:
        """Newest first."""
        params: dict[str, Any] = {  # the SDK's own type has no room for a status that is only known at run time
            "created": {"gte": int(created_since.timestamp())},
            "limit": _PAGE,
            "expand": [f"data.{_MONEY}"],
        }
        if status:
            params["status"] = status
        with _calling():
            found = self._client.v1.checkout.sessions.list(params)  # type: ignore[arg-type]
            for session in found.auto_paging_iter():
                yield session_facts(session.to_dict())

    def create_refund(self, params: dict[str, Any], key: str) -> RefundFacts:
        with _calling():
            refund = self._client.v1.refunds.create(params, {"idempotency_key": key})  # type: ignore[arg-type]  # as above
            return refund_facts(refund.to_dict())

    def retrieve_refund(self, refund_id: str) -> RefundFacts:
        with _calling():
            return refund_facts(self._client.v1.refunds.retrieve(refund_id).to_dict())

    def list_refunds(self, intent_id: str) -> list[RefundFacts]:
        with _calling():
            found = self._client.v1.refunds.list({"payment_intent": intent_id, "limit": _PAGE})
            return [refund_facts(refund.to_dict()) for refund in found.auto_paging_iter()]

    def retrieve_dispute(self, dispute_id: str) -> DisputeFacts:
        with _calling():
            return dispute_facts(self._client.v1.disputes.retrieve(dispute_id).to_dict())

    def list_events(self, types: Sequence[str], *, created_since: datetime) -> Iterator[EventFacts]:
        """Newest first; Stripe takes up to twenty types and remembers thirty days."""
        since = int(created_since.timestamp())
        with _calling():
            found = self._client.v1.events.list({"types": list(types), "created": {"gte": since}, "limit": _PAGE})
            for event in found.auto_paging_iter():
                yield event_facts(event.to_dict())

    def read_event(self, body: bytes, signature: str | None) -> EventFacts:
        """The event in a webhook, believed only if Stripe signed these very bytes just now, in test mode."""
        try:
            event = event_facts(self._verified(body, signature))
        except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError) as bad:
            raise ForgedEvent("This is not an event as Stripe sends it.") from bad
        if event.livemode:
            raise ForgedEvent("This event is of live mode; only test mode is spoken here.")
        return event

    def server_time(self) -> datetime | None:
        """What time it is at Stripe, by an answer of the last minute; None when there was none."""
        return self._server.now()

    def _verified(self, body: bytes, signature: str | None) -> dict[str, Any]:
        for secret in self._webhook_secrets:
            try:
                event = self._client.construct_event(body, signature, secret)
            except stripe.SignatureVerificationError:
                continue
            if _signed_at(signature or "") > (self._clock.now() + _EARLY).timestamp():
                raise ForgedEvent("This event is signed for a time that has not come yet.")
            return event.to_dict()
        raise ForgedEvent("No known secret signed this event.")


class _ListeningClient(RequestsClient):
    """Reads the time off every answer, good or bad."""

    def __init__(self, server: ServerClock, *, timeout: tuple[float, float], on_loopback: bool) -> None:
        # An empty proxy keeps the machine's own proxy settings from catching calls that are meant for loopback.
        super().__init__(timeout=timeout, proxy={"http": "", "https": ""} if on_loopback else None)
        self._server = server

    def request(self, *args: Any, **options: Any) -> tuple[Any, int, Mapping[str, str]]:  # the SDK's own, passed on
        answer = super().request(*args, **options)
        self._server.note(answer[2])
        return answer


@contextmanager
def _calling() -> Iterator[None]:
    try:
        yield
    except stripe.StripeError as error:
        raise _outcome(error) from error


def _outcome(error: stripe.StripeError) -> Exception:
    """Busy: not executed. Refused: known to have failed. Anything else is unknown, however it looks."""
    status = error.http_status
    if isinstance(error, stripe.RateLimitError):
        return GatewayBusy(f"Too many calls ({_code(error)}).")
    if status is None or status in _UNDECIDED or not 400 <= status < 500:  # noqa: PLR2004  the client errors
        replayed = (error.headers or {}).get("Idempotent-Replayed") == "true"
        return GatewayUnknown(f"{type(error).__name__}, status {status}, request {error.request_id}", replayed=replayed)
    return GatewayRefused(
        error.user_message or type(error).__name__,
        code=_code(error),
        param=getattr(error, "param", None),
        http_status=status,
    )


def _code(error: stripe.StripeError) -> str | None:
    """Several of the SDK's exceptions leave `code` empty; the answer has it, or its type says enough."""
    body = error.json_body
    inner = body.get("error") if isinstance(body, dict) else None
    if error.code or not isinstance(inner, dict):
        return error.code
    return inner.get("code") or ("idempotency_error" if inner.get("type") == "idempotency_error" else None)


def _signed_at(signature: str) -> int:
    return next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))


def _check(secret_key: str, webhook_secrets: tuple[str, ...], api_base: str | None) -> None:
    if not secret_key.startswith(("sk_test_", "rk_test_")):
        raise ValueError("Only Stripe test keys (sk_test_… or rk_test_…) are accepted; live keys are refused.")
    if not webhook_secrets or not all(secret.strip() for secret in webhook_secrets):
        raise ValueError("A webhook secret is empty: anybody could claim a payment was made.")
    if api_base is not None and not _is_on_this_machine(api_base):
        raise ValueError("The Stripe stand-in must be an address on this machine, like http://127.0.0.1:12111.")


def _is_on_this_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and is_loopback(parts.hostname or "")
