"""The contract with Stripe: what we send fits the SDK's types, what the stand-in answers fits Stripe's own description.

Requests are checked always. Answers need the contract data: the folder `STRIPE_CONTRACT` names, or `shared/stripe`
beside the checkout. The data is Stripe's and stays outside the project.
"""

import json
import os
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import UnionType
from typing import NotRequired, TypedDict, Union, get_args, get_origin, get_type_hints

import typeguard
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from stripe import RequestOptions

from storefront.sandbox.operations import OPERATIONS
from storefront.sandbox.parameters import parameter_type
from storefront.sandbox.server import SandboxServer

FOLDER = Path(os.environ.get("STRIPE_CONTRACT") or Path(__file__).parents[3] / "shared" / "stripe")
BY_NAME = {operation.name: operation for operation in OPERATIONS}
# The description is of 2026-05, the SDK speaks 2026-10; these came in between.
NEWER_FIELDS = {"checkout.session": ("allowed_payment_method_types", "excluded_payment_method_types")}
# Events may be about things the description leaves out.
NOT_DESCRIBED = ("radar.early_fraud_warning",)


def is_here():
    return (FOLDER / "openapi-subset.json").is_file()


def check_request(operation, params):
    """The parameters are ones the installed SDK knows, of the types it declares."""
    typeguard.check_type(params, _parameters(operation))
    if (FOLDER / "sdk16-params.json").is_file() and operation in _flat_parameters():
        known = _flat_parameters()[operation]
        for path, value in _flatten(params):
            assert path in known or _is_free_form(path, known), f"{operation} does not take {path}"
            choices = known.get(path, "").removeprefix("enum:").split(",")
            if known.get(path, "").startswith("enum:") and choices != [""] and not isinstance(value, dict):
                assert value in choices, f"{operation}: {path} is {value!r}"


def check_answer(operation, status, body):
    """The answer has the shape Stripe's description gives it, and no field of our own invention."""
    if status == 200:
        _check(_answer_schema(operation), body, f"{operation} {status}")
        for event in _events_in(operation, body):
            subject = event["data"]["object"]
            if subject["object"] not in NOT_DESCRIBED:
                name = "item" if subject["object"] == "line_item" else subject["object"]
                _check({"$ref": f"#/components/schemas/{name}"}, subject, event["type"])
    else:
        _check({"$ref": "#/components/schemas/error"}, body, f"{operation} {status}")


@contextmanager
def watched_sandbox(**options):
    """A running stand-in; at the end every request it got and every answer it gave is held against the contract."""
    exchanges = []
    with SandboxServer(**{"hold_seconds": 3.0, "retry_delays": (0.1, 0.1, 0.1), **options}) as sandbox:
        sandbox.watch(exchanges)
        yield sandbox
    for exchange in exchanges:
        check_request(exchange.operation, exchange.params)
        if is_here():
            check_answer(exchange.operation, exchange.status, exchange.body)


@cache
def _parameters(operation):
    return _resolved(parameter_type(BY_NAME[operation].parameters))


def _resolved(hint):
    """The same type with every forward reference looked up, and without the request options, which never travel."""
    if hasattr(hint, "__required_keys__"):
        names = {**vars(sys.modules[RequestOptions.__module__]), "StripeContext": object}
        hints = get_type_hints(hint, localns=names, include_extras=True)
        fields = {name: _resolved(inner) for name, inner in hints.items() if name not in RequestOptions.__annotations__}
        return TypedDict(hint.__name__, fields)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return Union[tuple(_resolved(option) for option in inner)]  # noqa: UP007  the options are computed
    if origin in (list, NotRequired):
        return origin[_resolved(inner[0])]
    return hint


@cache
def _flat_parameters():
    return json.loads((FOLDER / "sdk16-params.json").read_text())["params"]


def _flatten(value, path=""):
    if isinstance(value, dict):
        for name, entry in value.items():
            inner = f"{path}.{name}" if path else name
            if not isinstance(entry, list):
                yield inner, entry
            yield from _flatten(entry, inner)
    elif isinstance(value, list):
        for entry in value:
            yield f"{path}[]", entry
            yield from _flatten(entry, f"{path}[]")


def _is_free_form(path, known):
    parent = path.rpartition(".")[0]
    return parent.rpartition(".")[2] == "metadata" and parent in known


def _check(schema, value, what):
    problem = best_match(Draft202012Validator({**schema, "components": _components()}).iter_errors(value))
    assert problem is None, f"{what}: {problem.json_path} {problem.message[:300]}"


@cache
def _description():
    return json.loads((FOLDER / "openapi-subset.json").read_text())


@cache
def _components():
    described = _description()["components"]["schemas"]
    schemas = {name: _as_json_schema(schema) for name, schema in described.items()}
    for name, fields in NEWER_FIELDS.items():
        schemas[name]["properties"] |= {
            field: {"type": ["array", "null"], "items": {"type": "string"}} for field in fields
        }
    return {"schemas": schemas}


@cache
def _answer_schema(operation):
    wanted = BY_NAME[operation]
    for path, methods in _description()["paths"].items():
        if _same_path(path, wanted.rule) and wanted.method.lower() in methods:
            answer = methods[wanted.method.lower()]["responses"]["200"]
            return _as_json_schema(answer["content"]["application/json"]["schema"])
    raise AssertionError(f"Stripe's description has no {wanted.method} {wanted.rule}")


def _same_path(described, rule):
    ours, theirs = rule.split("/"), described.split("/")
    return len(ours) == len(theirs) and all(
        a == b or (a.startswith("<") and b.startswith("{")) for a, b in zip(ours, theirs, strict=True)
    )


def _as_json_schema(schema):
    """OpenAPI 3.0 said as JSON Schema: nullable, open enumerations, and no fields beyond those described."""
    if isinstance(schema, list):
        return [_as_json_schema(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        name: {key: _as_json_schema(entry) for key, entry in value.items()}
        if name == "properties"
        else _as_json_schema(value)
        for name, value in schema.items()
        if name not in ("nullable", "description", "title", "format")
    }
    if plain.pop("x-stripeBypassValidation", False):
        plain.pop("enum", None)
    if "properties" in plain:
        plain.setdefault("additionalProperties", False)
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


def _events_in(operation, body):
    if operation == "events.list":
        return body["data"]
    return [body] if operation == "events.retrieve" else []
