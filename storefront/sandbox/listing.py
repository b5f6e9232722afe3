"""Lists: newest first, filtered, one page at a time."""

from collections.abc import Callable

from storefront.sandbox.errors import invalid_parameter, no_such
from storefront.sandbox.state import Row
from storefront.sandbox.world import World

DEFAULT_LIMIT, MAX_LIMIT = 10, 100


def list_rows(
    world: World, kind: str, params: Row, is_wanted: Callable[[Row], bool] = lambda _row: True, *, url: str
) -> Row:
    """One page of the rows that are wanted and were created when `params` asks for."""
    created = params.get("created")
    since = created.get("gte", 0) if isinstance(created, dict) else 0  # the one bound that keeps a busy list short
    rows = [row for row in world.state.newest(kind, since=since) if is_wanted(row) and _created_fits(row, created)]
    return page(rows, params, kind=kind, url=url)


def page(rows: list[Row], params: Row, *, kind: str, url: str) -> Row:
    limit = params.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid_parameter("limit", f"This value must be between 1 and {MAX_LIMIT}.", code="parameter_invalid")
    if "starting_after" in params:
        rows = rows[_place(rows, params["starting_after"], kind, "starting_after") + 1 :]
        found, more = rows[:limit], len(rows) > limit
    elif "ending_before" in params:
        rows = rows[: _place(rows, params["ending_before"], kind, "ending_before")]
        found, more = rows[-limit:], len(rows) > limit
    else:
        found, more = rows[:limit], len(rows) > limit
    return {"object": "list", "url": url, "has_more": more, "data": found}


def _place(rows: list[Row], row_id: str, kind: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == row_id:
            return place
    raise no_such(kind, row_id, param=param)


def _created_fits(row: Row, wanted: int | Row | None) -> bool:
    if wanted is None:
        return True
    at: int = row["created"]
    if isinstance(wanted, int):
        return at == wanted
    tests = {"gt": at.__gt__, "gte": at.__ge__, "lt": at.__lt__, "lte": at.__le__}
    return all(tests[name](limit) for name, limit in wanted.items())
