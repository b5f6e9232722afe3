"""Events: what happened, kept for thirty days, and owed to every webhook endpoint that asked for it."""

import fnmatch
import math

from storefront.sandbox.errors import invalid_parameter, no_such
from storefront.sandbox.listing import list_rows
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, new_id, public

KEPT_SECONDS = 30 * 24 * 3600
REORDER_STEP = 0.15
MOST_TYPES = 20


def emit(world: World, event_type: str, subject: Row, *, previous: Row | None = None) -> Row:
    """Record an event with the subject as it is now; a twin is a second event about the same thing."""
    event = _record(world, event_type, subject, previous)
    if world.policy.twin and world.policy.applies_to(event_type):
        _record(world, event_type, subject, previous)
    return event


def list_events(world: World, params: Row) -> Row:
    if len(params.get("types", ())) > MOST_TYPES:
        raise invalid_parameter("types", f"Array types exceeded maximum {MOST_TYPES} allowed elements.")
    kinds = [params["type"]] if "type" in params else params.get("types", ["*"])
    success = params.get("delivery_success")

    def is_wanted(event: Row) -> bool:
        return (
            event["created"] > world.now() - KEPT_SECONDS
            and any(fnmatch.fnmatchcase(event["type"], kind) for kind in kinds)
            and (success is None or (event["pending_webhooks"] == 0) == success)
        )

    return list_rows(world, "event", params, is_wanted, url="/v1/events")


def retrieve_event(world: World, _params: Row, event_id: str) -> Row:
    return get_event(world, event_id)


def get_event(world: World, event_id: str) -> Row:
    event = world.state.find("event", event_id)
    if event is None:
        raise no_such("event", event_id)
    return event


def owe(world: World, event: Row, endpoint: Row, *, after: float = 0.0) -> Row:
    """One delivery of this event to this endpoint, due after so many seconds."""
    delivery = {
        "id": new_id(f"{event['id']}."),
        "event": event["id"],
        "endpoint": endpoint["id"],
        "state": "pending",
        "tries": 0,
        "first_due_at": world.now() + after,
    }
    world.state.put("delivery", delivery, due_at=delivery["first_due_at"])
    return delivery


def _record(world: World, event_type: str, subject: Row, previous: Row | None) -> Row:
    from stripe import api_version  # noqa: PLC0415  the SDK is slow to import; the command line should answer first

    data: Row = {"object": public(subject)}
    if previous is not None:
        data["previous_attributes"] = previous
    endpoints = [endpoint for endpoint in world.state.newest("webhook_endpoint") if _wants(endpoint, event_type)]
    event: Row = {
        "id": new_id("evt_"),
        "object": "event",
        "api_version": api_version,
        "created": int(world.now()),
        "data": data,
        "livemode": False,
        "pending_webhooks": len(endpoints),
        "request": {"id": world.cause.request_id, "idempotency_key": world.cause.idempotency_key},
        "type": event_type,
    }
    world.state.put("event", event)
    for endpoint in endpoints:
        _owe_by_policy(world, event, endpoint)
    return event


def _owe_by_policy(world: World, event: Row, endpoint: Row) -> None:
    policy = world.policy
    if not policy.applies_to(event["type"]):
        owe(world, event, endpoint)
        return
    if policy.drop:
        return
    after = policy.delay
    if policy.reorder:
        after = _before_those_that_wait(world, after)
    for _ in range(2 if policy.duplicate else 1):
        owe(world, event, endpoint, after=after)


def _before_those_that_wait(world: World, after: float) -> float:
    """What is recorded first goes out last, however long it takes to record the rest."""
    waiting = [row["first_due_at"] - world.now() for row in world.state.due("delivery", math.inf)]
    earliest = min((wait for wait in waiting if wait > 0), default=9 * REORDER_STEP + after)
    return max(0.0, earliest - REORDER_STEP)


def _wants(endpoint: Row, event_type: str) -> bool:
    return endpoint["status"] == "enabled" and bool({"*", event_type} & set(endpoint["enabled_events"]))
