"""The style sheets that every page wants, as one: a phone far away asks once, and paints once it has come."""

import hashlib
import re
from functools import cache

from storefront import paths

COMMON = ("tokens", "base", "layout", "components", "pages")  # their order is the cascade's
_FOLDER = paths.STATIC / "css"
_UNREAD = re.compile(r"/\*.*?\*/|^\s+", re.DOTALL | re.MULTILINE)


@cache
def common_sheet() -> str:
    """As it is served at `/sheet.css`: without what only its authors read, and pointing from there."""
    rules = "\n".join((_FOLDER / f"{name}.css").read_text() for name in COMMON)
    return _UNREAD.sub("", rules).replace('url("../', 'url("static/')


@cache
def version() -> str:
    return hashlib.sha256(common_sheet().encode()).hexdigest()[:12]
