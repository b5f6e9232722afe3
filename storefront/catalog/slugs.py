"""Slugs: the readable last part of a page's address, unique and, once announced, for ever the same."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.db import violated

_LONGEST = 60
_TAKEN_BY_ROUTES = frozenset({"new"})
_UNFOLDED = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "þ": "th", "ı": "i"}
)
_CONSTRAINTS = ("uq_artist_slug", "uq_drop_slug", "uq_pin_artist_id_slug")


def slug_of(text: str) -> str:
    """Lower-case ASCII words joined by hyphens; empty when the text has no Latin letter and no digit."""
    folded = unicodedata.normalize("NFKD", text.translate(_UNFOLDED)).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", folded)).strip("-")
    return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit("-", 1)[0]


def give_slug(
    session: Session, row: Any, text: str, *, fallback: str, among: Iterable[ColumnElement[bool]] = ()
) -> None:
    """Save the row under the first free slug made from the text: "luna", "luna-2", … `row` is any model with a slug."""
    column = type(row).slug
    base = slug_of(text) or fallback
    same = select(column).where(column.startswith(base), type(row).id != (row.id or 0), *among)
    with session.no_autoflush:  # the row itself can't be written before it has its slug
        taken = set(session.scalars(same)) | _TAKEN_BY_ROUTES
    for slug in _candidates(base):
        if slug in taken:
            continue
        try:
            with session.begin_nested():
                row.slug = slug
                session.add(row)
        except IntegrityError as error:
            if violated(error, *_CONSTRAINTS) is None:
                raise
        else:
            return


def _candidates(base: str) -> Iterator[str]:
    yield base
    for n in count(2):
        yield f"{base}-{n}"
