"""A form that came too late, after its page or its sender's sign-in had grown old: what was typed can be sent again."""

from flask import request

from storefront.web.security import comes_from_own_page

_NEVER_BACK = {"csrf_token", "password", "current"}


def typed_before() -> list[tuple[str, str]]:
    """The fields to put on the answer. None of a form that another site may have filled in; no passwords; no files."""
    if request.method != "POST" or not comes_from_own_page():
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_BACK]
