"""Rules for SVG artwork: what may be drawn, what is refused by which name, and that nothing refers outside the file."""

import re

from storefront.media.refusals import PictureRefused, Refusal

DRAWS = frozenset(
    {
        *("svg", "g", "a", "defs", "symbol", "use", "switch", "style"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker"),
    }
)
REFUSED = {
    "script": Refusal.DRAWING_SCRIPT,
    "handler": Refusal.DRAWING_SCRIPT,
    "foreignobject": Refusal.DRAWING_FOREIGN,
    "iframe": Refusal.DRAWING_FOREIGN,
    "object": Refusal.DRAWING_FOREIGN,
    "embed": Refusal.DRAWING_FOREIGN,
    "image": Refusal.DRAWING_PICTURE,
    "feimage": Refusal.DRAWING_PICTURE,
    "text": Refusal.DRAWING_TEXT,
    "animate": Refusal.ANIMATED,
    "animatecolor": Refusal.ANIMATED,
    "animatemotion": Refusal.ANIMATED,
    "animatetransform": Refusal.ANIMATED,
    "set": Refusal.ANIMATED,
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_URL = re.compile(r"url\(\s*['\"]?\s*([^'\")\s]*)", re.IGNORECASE)
_EFFECT = re.compile(r"(?:^|[;{\s])(?:backdrop-)?filter\s*:\s*(?!none\b)", re.IGNORECASE)
_SCRIPT_SCHEME = re.compile(r"\s*(?:javascript|vbscript)\s*:", re.IGNORECASE)
_LARGEST_ESCAPE = 0x10FFFF


def check_attribute(name: str, value: str, *, is_ours: bool) -> None:
    """Raises PictureRefused. An attribute of a drawing program's own (`is_ours` false) may name any address."""
    if not is_ours:
        return
    if name.lower().startswith("on") or _SCRIPT_SCHEME.match(value):
        raise PictureRefused(Refusal.DRAWING_SCRIPT)
    if name in ("href", "src") and not value.strip().startswith("#"):
        raise PictureRefused(Refusal.DRAWING_OUTSIDE)
    if name == "filter" and value.strip() != "none":
        raise PictureRefused(Refusal.DRAWING_EFFECT)
    if name == "style":
        check_css(value)
    else:
        _check_urls(value)


def check_css(css: str) -> None:
    """Raises PictureRefused for what a browser would fetch, and for effects."""
    read = _ESCAPED.sub(_unescaped, _COMMENT.sub("", css))
    if "@import" in read.lower():
        raise PictureRefused(Refusal.DRAWING_OUTSIDE)
    _check_urls(read)
    if _EFFECT.search(read):
        raise PictureRefused(Refusal.DRAWING_EFFECT)


def references(attributes: dict[str, str]) -> list[str]:
    """The ids of the file's own parts that an element draws."""
    named = [attributes["href"].strip()] if "href" in attributes else []
    named += [target for value in attributes.values() if "(" in value for target in _URL.findall(value)]
    return [name[1:] for name in named if name.startswith("#")]


def _check_urls(value: str) -> None:
    if "(" in value and any(not target.startswith("#") for target in _URL.findall(value)):
        raise PictureRefused(Refusal.DRAWING_OUTSIDE)


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else 0
    return chr(code) if 0 < code <= _LARGEST_ESCAPE else found[2] or ""
