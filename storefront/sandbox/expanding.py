"""Expanding: `expand[]` puts the whole object where only its id stood."""

from storefront.sandbox.errors import invalid_parameter
from storefront.sandbox.line_items import line_item_list
from storefront.sandbox.state import Row
from storefront.sandbox.world import World, public

KIND_OF_FIELD = {"payment_intent": "payment_intent", "latest_charge": "charge", "charge": "charge"}


def show(world: World, result: Row, expand: list[str]) -> Row:
    """The result as a caller may see it, with what `expand` names."""
    if result.get("object") == "list":
        inner = [path.removeprefix("data.") for path in expand if path.startswith("data.")]
        if len(inner) != len(expand):
            raise _cannot_expand(next(path for path in expand if not path.startswith("data.")))
        return {**result, "data": [show(world, row, inner) for row in result["data"]]}
    shown = public(result)
    for path in expand:
        _expand(world, result, shown, path.split("."), path)
    return shown


def _expand(world: World, row: Row, shown: Row, steps: list[str], path: str) -> None:
    field, rest = steps[0], steps[1:]
    if field == "line_items" and row.get("object") == "checkout.session" and not rest:
        shown["line_items"] = line_item_list(row, {})
        return
    if field not in KIND_OF_FIELD or field not in row:
        raise _cannot_expand(path)
    if row[field] is None:
        return
    inner_id = row[field]["id"] if isinstance(row[field], dict) else row[field]
    inner = world.state.find(KIND_OF_FIELD[field], inner_id)
    if inner is None:
        return
    if not isinstance(shown[field], dict):
        shown[field] = public(inner)
    if rest:
        _expand(world, inner, shown[field], rest, path)


def _cannot_expand(path: str) -> Exception:
    return invalid_parameter("expand", f"This property cannot be expanded ({path}).")
