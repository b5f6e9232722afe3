"""Webhook endpoints: who wants to hear of which events."""

import ipaddress
from urllib.parse import urlsplit

from storefront.sandbox.errors import invalid_parameter, no_such
from storefront.sandbox.listing import list_rows
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, new_id

COMMAND_LINE = "we_commandline"


def create_endpoint(world: World, params: Row) -> Row:
    """The only answer that holds the secret."""
    secret = new_id("whsec_", 32)
    endpoint = add_endpoint(world, params["url"], secret, events=params["enabled_events"])
    endpoint |= {name: params[name] for name in ("api_version", "description", "metadata") if params.get(name)}
    world.state.put("webhook_endpoint", endpoint)
    return {**endpoint, "secret": secret}


def add_endpoint(
    world: World, url: str, secret: str, *, events: list[str] | None = None, endpoint_id: str | None = None
) -> Row:
    if not is_loopback(url):
        message = "Invalid URL: the stand-in only delivers to this machine's loopback address."
        raise invalid_parameter("url", message, code="url_invalid")
    endpoint: Row = {
        "id": endpoint_id or new_id("we_"),
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": int(world.now()),
        "description": None,
        "enabled_events": events or ["*"],
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
        "_secret": secret,
    }
    world.state.put("webhook_endpoint", endpoint)
    return endpoint


def retrieve_endpoint(world: World, _params: Row, endpoint_id: str) -> Row:
    return get_endpoint(world, endpoint_id)


def list_endpoints(world: World, params: Row) -> Row:
    return list_rows(world, "webhook_endpoint", params, url="/v1/webhook_endpoints")


def delete_endpoint(world: World, _params: Row, endpoint_id: str) -> Row:
    get_endpoint(world, endpoint_id)
    world.state.remove("webhook_endpoint", endpoint_id)
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


def get_endpoint(world: World, endpoint_id: str) -> Row:
    endpoint = world.state.find("webhook_endpoint", endpoint_id)
    if endpoint is None:
        raise no_such("webhook endpoint", endpoint_id)
    return endpoint


def is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme == "http" and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False
