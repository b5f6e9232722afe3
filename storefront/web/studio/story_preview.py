"""The preview of a story while it is written: the same HTML its page will show."""

from flask import request
from markupsafe import Markup

from storefront.catalog import stories
from storefront.web.forms import MarkdownField


def preview_of(field: MarkdownField) -> Markup | None:
    """What the text will look like, when the form's "preview" button was pressed and the text fits."""
    if "preview" not in request.form:
        return None
    try:
        return Markup(stories.as_html(field.data or "")) or Markup("<p></p>")  # noqa: S704  cleaned there
    except stories.StoryTooLong:
        return None
