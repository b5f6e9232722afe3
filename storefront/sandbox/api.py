"""The API: what happens to a request between its arrival and its answer."""

import json
import logging
import socket
import time
from dataclasses import dataclass
from functools import partial

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from storefront.sandbox.errors import ApiError, server_error
from storefront.sandbox.expanding import show
from storefront.sandbox.faults import Fault
from storefront.sandbox.idempotency import Idempotency, fingerprint_of
from storefront.sandbox.operations import OPERATIONS, Operation
from storefront.sandbox.parameters import parameter_type, read_parameters
from storefront.sandbox.sessions import expire_overdue_sessions
from storefront.sandbox.state import Row
from storefront.sandbox.world import Cause, Exchange, World, new_id

log = logging.getLogger("storefront.sandbox")


@dataclass(frozen=True)
class Answer:
    status: int
    body: Row
    request_id: str
    params: Row
    original_request: str | None = None
    should_retry: bool | None = None


def add_api(app: Flask, world: World) -> None:
    idempotency = Idempotency(world)
    for operation in OPERATIONS:
        view = partial(_answer, world, idempotency, operation)
        app.add_url_rule(operation.rule, operation.name, view, methods=[operation.method])
    app.add_url_rule("/v1/<path:path>", "unknown", _unknown, methods=["GET", "POST", "DELETE", "PUT", "PATCH"])


def _unknown(path: str) -> Response:
    message = f"Unrecognized request URL ({request.method}: /v1/{path})."
    return _response(Answer(404, ApiError(404, message).body(), new_id("req_", 14), {}), None)


def _answer(world: World, idempotency: Idempotency, operation: Operation, **ids: str) -> Response:
    request_id = new_id("req_", 14)
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    fault = None
    try:
        _authenticate()
        _keep_to_the_rate(world)
        fault = world.faults.take(request.method, request.path)
        _go_wrong_before(fault)
        with idempotency.working_on(key):
            _be_slow(fault)
            answer = _perform(world, idempotency, operation, ids, request_id, key, fault)
    except ApiError as error:
        answer = Answer(error.status, error.body(), request_id, {}, should_retry=error.should_retry)
    except HTTPException as error:  # a body that is too large, say
        status = error.code or 400
        answer = Answer(status, ApiError(status, error.description or error.name).body(), request_id, {})
    except Exception:  # a fault of the stand-in itself answers in Stripe's shape as well
        log.exception("%s failed", operation.name)
        answer = Answer(500, server_error().body(), request_id, {})
    world.announce()
    _note(world, operation, answer, fault)
    if fault and fault.kind == "lost":
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    elif fault and fault.kind == "error_after":
        answer = Answer(fault.status, server_error().body(), request_id, {})
    return _response(answer, key)


def _authenticate() -> None:
    given = request.authorization
    key = (given.token or given.username or "") if given else ""
    if not key:
        raise ApiError(401, "You did not provide an API key.")
    if not key.startswith(("sk_test_", "rk_test_")):
        raise ApiError(401, f"Invalid API Key provided: {key[:3]}****. The stand-in takes test-mode keys only.")


def _keep_to_the_rate(world: World) -> None:
    if world.faults.is_too_fast():
        raise _too_many_requests()


def _too_many_requests(code: str = "rate_limit", *, should_retry: bool | None = None) -> ApiError:
    message = {
        "rate_limit": "Request rate limit exceeded.",
        "lock_timeout": "This object cannot be accessed right now because another API request is accessing it.",
    }[code]
    return ApiError(429, message, code=code, should_retry=should_retry)


def _go_wrong_before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.kind == "error_before":
        error = server_error()
        error.status = fault.status
        raise error
    if fault.kind == "rate_limit":
        raise _too_many_requests()
    if fault.kind == "lock_timeout":
        raise _too_many_requests("lock_timeout", should_retry=True)


def _be_slow(fault: Fault | None) -> None:
    if fault and fault.kind == "latency":
        time.sleep(fault.seconds)


def _perform(
    world: World,
    idempotency: Idempotency,
    operation: Operation,
    ids: dict[str, str],
    request_id: str,
    key: str | None,
    fault: Fault | None,
) -> Answer:
    """Replay the saved answer, or run the operation and save its answer in one transaction with the effect."""
    pairs = list((request.form if request.method == "POST" else request.args).items(multi=True))
    fingerprint = fingerprint_of(request.method, request.path, pairs)
    saved = idempotency.find(key, fingerprint)
    params = {} if saved else _read(operation, pairs)
    if saved:
        return Answer(saved["status"], saved["body"], request_id, params, original_request=saved["request_id"])
    save = partial(idempotency.save, key, fingerprint, request_id=request_id)
    try:
        with world.state.change(), world.caused_by(Cause(request_id, key)):
            expire_overdue_sessions(world)
            result = operation.run(world, params, **ids)
            answer = Answer(200, show(world, result, params.get("expand", [])), request_id, params)
            if fault and fault.kind == "saved_error":
                answer = Answer(500, server_error().body(), request_id, params)
            save(status=answer.status, body=answer.body)
            return answer
    except ApiError as error:
        if error.saved:
            save(status=error.status, body=error.body())
        return Answer(error.status, error.body(), request_id, params)


def _read(operation: Operation, pairs: list[tuple[str, str]]) -> Row:
    if operation.name == "checkout.sessions.create" and any(
        name.startswith("payment_method_types") for name, _ in pairs
    ):
        message = "The parameter `payment_method_types` is no longer supported. Use `allowed_payment_method_types`."
        raise ApiError(400, message, code="payment_method_types_no_longer_supported", param="payment_method_types")
    return read_parameters(parameter_type(operation.parameters), pairs)


def _note(world: World, operation: Operation, answer: Answer, fault: Fault | None) -> None:
    """Counted and logged by name; never a body, a key or an address."""
    world.counts[operation.name] += 1
    log.log(logging.DEBUG if operation.method == "GET" else logging.INFO, "%s %s", operation.name, answer.status)
    replayed = answer.original_request is not None
    exchange = Exchange(
        operation.name, answer.params, answer.status, answer.body, replayed, fault.kind if fault else None
    )
    for watch in world.watchers:
        watch(exchange)


def _response(answer: Answer, key: str | None) -> Response:
    from stripe import api_version  # noqa: PLC0415  the SDK is slow to import; the command line should answer first

    response = Response(json.dumps(answer.body, indent=2) + "\n", answer.status, mimetype="application/json")
    response.headers["Request-Id"] = answer.request_id
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", api_version)
    if key:
        response.headers["Idempotency-Key"] = key
    if answer.original_request:
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = answer.original_request
    if answer.should_retry is not None:
        response.headers["Stripe-Should-Retry"] = "true" if answer.should_retry else "false"
    return response
