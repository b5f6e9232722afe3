"""Parameters: form fields read into values, as the installed SDK's own parameter types allow."""

import importlib
import re
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from storefront.sandbox.errors import ApiError, invalid_parameter, missing_parameter, unknown_parameter
from storefront.sandbox.state import Row


def parameter_type(name: str) -> type:
    """The SDK's type, by module and name: `checkout.SessionCreateParams`, `RefundCreateParams`."""
    module, _, short = f"stripe.params.{name}".rpartition(".")
    return cast("type", getattr(importlib.import_module(module), short))


def read_parameters(kind: type, pairs: Iterable[tuple[str, str]]) -> Row:
    return _read_object(kind, _nest(pairs), "")


@cache
def fields(kind: type) -> dict[str, Any]:
    """The fields a parameter type allows, without the SDK's own request options."""
    from stripe import RequestOptions  # noqa: PLC0415  the SDK is slow to import; the command line should answer first

    # The inherited options are written as names of their own module; one of them it only imports for type checkers.
    names = {**vars(sys.modules[RequestOptions.__module__]), "StripeContext": object}
    hints = get_type_hints(kind, localns=names)
    return {name: hint for name, hint in hints.items() if name not in RequestOptions.__annotations__}


def _nest(pairs: Iterable[tuple[str, str]]) -> Row:
    """`a[0][b]=1` and `a[]=1` become nested mappings; which of them are lists only the type can say."""
    nested: Row = {}
    for name, value in pairs:
        head, *rest = [re.split(r"\[", name, maxsplit=1)[0], *re.findall(r"\[([^\]]*)\]", name)]
        spot, key = nested, head
        for part in rest:
            spot = spot.setdefault(key, {})
            if not isinstance(spot, dict):
                raise invalid_parameter(head, f"Invalid object: {head} was given twice.")
            key = part or str(len(spot))
        spot[key] = value
    return nested


def _read(hint: Any, value: Any, path: str) -> Any:  # both may be anything: a type expression, and what was sent
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _read_any_of(get_args(hint), value, path)
    if origin is Literal:
        return _read_choice(get_args(hint), value, path)
    if origin is list:
        return _read_list(get_args(hint)[0], value, path)
    if origin is dict:
        return _read_mapping(value, path)
    if hasattr(hint, "__required_keys__"):  # a TypedDict, of typing or of typing_extensions
        return _read_object(hint, value, path)
    return _read_value(hint, value, path)


def _read_any_of(options: Iterable[Any], value: Any, path: str) -> Any:
    problems: list[ApiError] = []
    for option in options:
        try:
            return _read(option, value, path)
        except ApiError as problem:
            problems.append(problem)
    raise max(problems, key=lambda problem: (len(problem.param or ""), problem.code or ""))  # the deepest says most


def _read_choice(choices: tuple[object, ...], value: Any, path: str) -> str:
    if not isinstance(value, str) or value not in choices:
        raise invalid_parameter(path, f"Invalid {path}: must be one of {', '.join(map(str, choices))}")
    return value


def _read_list(hint: Any, value: Any, path: str) -> list[Any]:
    if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
        raise invalid_parameter(path, "Invalid array")
    return [_read(hint, value[key], f"{path}[{key}]") for key in sorted(value, key=int)]


def _read_mapping(value: Any, path: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
        raise invalid_parameter(path, "Invalid object")
    return value


def _read_object(kind: type, value: Mapping[str, Any], path: str) -> Row:
    if not isinstance(value, dict):
        raise invalid_parameter(path, "Invalid object")
    allowed = fields(kind)
    if unknown := [_inside(path, name) for name in value if name not in allowed]:
        raise unknown_parameter(*unknown)
    for name in getattr(kind, "__required_keys__", frozenset()):
        if name not in value:
            raise missing_parameter(_inside(path, name))
    return {name: _read(allowed[name], entry, _inside(path, name)) for name, entry in value.items()}


def _read_value(hint: Any, value: Any, path: str) -> Any:
    if not isinstance(value, str):
        raise invalid_parameter(path, "Invalid string")
    if hint is int:
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise invalid_parameter(path, f"Invalid integer: {value}", code="parameter_invalid_integer")
        return int(value)
    if hint is bool:
        if value not in ("true", "false"):
            raise invalid_parameter(path, f"Invalid boolean: {value}")
        return value == "true"
    if hint is Decimal:
        return _read_decimal(value, path)
    if hint is not str:
        raise invalid_parameter(path, "Invalid object")
    if not value:
        message = f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; however '{path}' cannot be unset."
        raise invalid_parameter(path, message, code="parameter_invalid_empty")
    return value


def _read_decimal(value: str, path: str) -> str:
    try:
        Decimal(value)
    except InvalidOperation:
        raise invalid_parameter(path, f"Invalid decimal: {value}") from None
    return value


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
