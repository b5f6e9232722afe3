"""An admin page: its template, what is said to the admin, and long lists cut into pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storefront.web.security import whole_number

PER_PAGE = 100


@dataclass(frozen=True)
class Paged:
    """One page of a list; `rows` are entities or rows as the query says."""

    rows: Sequence[Any]
    total: int
    page: int
    pages: int
    address: Callable[[int], str]


def page(template: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """`values` are what the template names: finished values and lists."""
    said = get_flashed_messages(with_categories=True)
    return render_template(f"admin/{template}.html", messages=said, **values), status


def back(text: str, kind: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    """Say what happened on the page that shows it."""
    flash(text, kind)
    return redirect(url_for(endpoint, **values), 303)


def paged(session: Session, query: Select[*tuple[Any, ...]], *, per_page: int = PER_PAGE) -> Paged:
    """The page the address asks for (?page=2), and how many there are: always two queries."""
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    total = session.scalars(counted).one()
    pages = max(1, -(-total // per_page))
    number = whole_number("page", 1, high=pages)
    rows = session.execute(query.limit(per_page).offset((number - 1) * per_page)).all()
    return Paged([row[0] if len(row) == 1 else row for row in rows], total, number, pages, _address)


def filter_address(**changed: str | None) -> str:
    """The address of the list being shown with other filters; its first page."""
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **kept, **changed})


def _address(number: int) -> str:
    return filter_address(page=str(number))
