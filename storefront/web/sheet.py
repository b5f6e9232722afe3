"""The style sheet of every page, at an address with its content's hash, so that it may be kept for ever."""

from flask import Response, url_for

from storefront import sheets
from storefront.web.public import versioned

_KEEP = 3600


def show() -> Response:
    return versioned(Response(sheets.common_sheet(), mimetype="text/css"), sheets.version(), keep=_KEEP)


def sheet_url() -> str:
    return url_for("shop.sheet", v=sheets.version())
