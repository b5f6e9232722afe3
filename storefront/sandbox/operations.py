"""Operations: every call the stand-in answers, by method, path, parameter type and the function that does it."""

from collections.abc import Callable
from dataclasses import dataclass

from storefront.sandbox import charges, disputes, endpoints, events, intents, refunds, sessions
from storefront.sandbox.state import Row


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    rule: str
    parameters: str
    run: Callable[..., Row]


OPERATIONS = (
    Operation(
        "checkout.sessions.create",
        "POST",
        "/v1/checkout/sessions",
        "checkout.SessionCreateParams",
        sessions.create_session,
    ),
    Operation(
        "checkout.sessions.list", "GET", "/v1/checkout/sessions", "checkout.SessionListParams", sessions.list_sessions
    ),
    Operation(
        "checkout.sessions.retrieve",
        "GET",
        "/v1/checkout/sessions/<session_id>",
        "checkout.SessionRetrieveParams",
        sessions.retrieve_session,
    ),
    Operation(
        "checkout.sessions.expire",
        "POST",
        "/v1/checkout/sessions/<session_id>/expire",
        "checkout.SessionExpireParams",
        sessions.expire_session,
    ),
    Operation(
        "checkout.sessions.line_items",
        "GET",
        "/v1/checkout/sessions/<session_id>/line_items",
        "checkout.SessionListLineItemsParams",
        sessions.list_line_items,
    ),
    Operation("payment_intents.list", "GET", "/v1/payment_intents", "PaymentIntentListParams", intents.list_intents),
    Operation(
        "payment_intents.retrieve",
        "GET",
        "/v1/payment_intents/<intent_id>",
        "PaymentIntentRetrieveParams",
        intents.retrieve_intent,
    ),
    Operation(
        "payment_intents.capture",
        "POST",
        "/v1/payment_intents/<intent_id>/capture",
        "PaymentIntentCaptureParams",
        intents.capture_intent,
    ),
    Operation(
        "payment_intents.cancel",
        "POST",
        "/v1/payment_intents/<intent_id>/cancel",
        "PaymentIntentCancelParams",
        intents.cancel_intent,
    ),
    Operation("charges.list", "GET", "/v1/charges", "ChargeListParams", charges.list_charges),
    Operation("charges.retrieve", "GET", "/v1/charges/<charge_id>", "ChargeRetrieveParams", charges.retrieve_charge),
    Operation("refunds.create", "POST", "/v1/refunds", "RefundCreateParams", refunds.create_refund),
    Operation("refunds.list", "GET", "/v1/refunds", "RefundListParams", refunds.list_refunds),
    Operation("refunds.retrieve", "GET", "/v1/refunds/<refund_id>", "RefundRetrieveParams", refunds.retrieve_refund),
    Operation("disputes.list", "GET", "/v1/disputes", "DisputeListParams", disputes.list_disputes),
    Operation(
        "disputes.retrieve", "GET", "/v1/disputes/<dispute_id>", "DisputeRetrieveParams", disputes.retrieve_dispute
    ),
    Operation("disputes.update", "POST", "/v1/disputes/<dispute_id>", "DisputeUpdateParams", disputes.update_dispute),
    Operation(
        "disputes.close", "POST", "/v1/disputes/<dispute_id>/close", "DisputeCloseParams", disputes.close_dispute
    ),
    Operation("events.list", "GET", "/v1/events", "EventListParams", events.list_events),
    Operation("events.retrieve", "GET", "/v1/events/<event_id>", "EventRetrieveParams", events.retrieve_event),
    Operation(
        "webhook_endpoints.create",
        "POST",
        "/v1/webhook_endpoints",
        "WebhookEndpointCreateParams",
        endpoints.create_endpoint,
    ),
    Operation(
        "webhook_endpoints.list", "GET", "/v1/webhook_endpoints", "WebhookEndpointListParams", endpoints.list_endpoints
    ),
    Operation(
        "webhook_endpoints.retrieve",
        "GET",
        "/v1/webhook_endpoints/<endpoint_id>",
        "WebhookEndpointRetrieveParams",
        endpoints.retrieve_endpoint,
    ),
    Operation(
        "webhook_endpoints.delete",
        "DELETE",
        "/v1/webhook_endpoints/<endpoint_id>",
        "WebhookEndpointDeleteParams",
        endpoints.delete_endpoint,
    ),
)
