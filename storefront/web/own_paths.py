"""Where a page may send somebody next: paths of our own, and nothing that a browser would read as another's address."""

import re

LONGEST_PATH = 1_024
_OWN = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def safe_path(target: str | None, default: str = "/") -> str:
    """Where to go next, if it is a path of our own; else the default."""
    return target if target and len(target) <= LONGEST_PATH and _OWN.fullmatch(target) else default
