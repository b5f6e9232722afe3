"""Rows: a part of a form that stands as often as it is needed. Empty rows do not count."""

from typing import Any

from flask import request
from wtforms import FieldList, Form


class RowForm(Form):
    """One row. Nothing in it is asked for while all of it is empty."""

    def is_blank(self) -> bool:
        return not any(field.data or any(map(str.strip, field.raw_data or ())) for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        return self.is_blank() or super().validate(extra_validators)


def added_row(rows: "dict[str, FieldList[Any]]") -> bool:
    """Whether the "add a row" button was pressed; the row is there then, and the keyboard stands in it."""
    wanted = rows.get(request.form.get("add_row", ""))
    if wanted is None or (wanted.max_entries is not None and len(wanted) >= wanted.max_entries):
        return wanted is not None
    wanted.append_entry()
    first = next(iter(wanted[-1].form))
    first.render_kw = {**(first.render_kw or {}), "autofocus": True}
    return True


def filled(rows: "FieldList[Any]") -> list[Any]:
    """The forms of the rows that say something."""
    return [row.form for row in rows if not row.form.is_blank()]
