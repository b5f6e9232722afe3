"""SVG artwork, inside the decoding child: read strictly, written anew with only what draws flat shapes, turned into pixels.

What reaches the rasteriser is never the file but what was understood of it here, so nothing can hide in a difference
between two readers. The rasteriser itself has no network and is given no folder and no fonts.
"""

from io import BytesIO
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from storefront.media.refusals import PictureRefused, Refusal
from storefront.media.svg_counting import Part, check_drawn_parts
from storefront.media.svg_rules import DRAWS, REFUSED, check_attribute, check_css, references
from storefront.media.svg_size import root_size

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XHTML = "http://www.w3.org/1999/xhtml"
MOST_ELEMENTS = 50_000
DEEPEST = 64
_W3C = "http://www.w3.org/"


def rasterised(content: bytes, side: int) -> Image.Image:
    """The drawing with its longer side so many pixels. Raises PictureRefused with the reason."""
    import resvg_py  # noqa: PLC0415  a raster picture's child needs none of it

    try:
        png = resvg_py.svg_to_bytes(svg_string=cleaned(content, side), skip_system_fonts=True)
    except (expat.ExpatError, ValueError, LookupError):  # the last two: an encoding nobody knows
        raise PictureRefused(Refusal.DRAWING_BROKEN) from None
    return Image.open(BytesIO(png), formats=("PNG",))


def cleaned(content: bytes, side: int) -> str:
    """The same drawing as SVG of our own. Raises PictureRefused, and what expat raises for what is not XML."""
    reader = _Reader(side)
    reader.read(content)
    check_drawn_parts(reader.root)
    return "".join(reader.written)


class _Reader:
    """Sees each element once: refuses it, leaves it out with all it holds, or writes it."""

    def __init__(self, side: int) -> None:
        self.written: list[str] = []
        self.root = Part()
        self._side = side
        self._open: list[Part] = []
        self._names: list[str] = []
        self._left_out = 0  # how deep inside something that draws nothing
        self._elements = 0
        self._css: list[str] | None = None

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _doctype
        parser.EntityDeclHandler = _entity
        parser.ProcessingInstructionHandler = _instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(content, True)

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        space, _, name = full_name.rpartition(" ")
        self._elements += 1
        self._check_place(space, name)
        _check_kind(space, name.lower())
        is_ours = space in ("", SVG)
        plain = dict(_plain(attributes)) if is_ours else {}
        if self._left_out or not is_ours or name not in DRAWS:
            self._left_out += 1
            return
        if not self._open:
            plain |= root_size(plain, self._side)
        self._write(name, plain)

    def _check_place(self, space: str, name: str) -> None:
        if self._elements == 1 and (space not in ("", SVG) or name != "svg"):
            raise PictureRefused(Refusal.NOT_A_PICTURE)
        if self._elements > MOST_ELEMENTS or len(self._open) + self._left_out >= DEEPEST:
            raise PictureRefused(Refusal.DRAWING_TOO_INVOLVED)

    def _write(self, name: str, attributes: dict[str, str]) -> None:
        part = Part(attributes.get("id"), references(attributes)) if self._open else self.root
        if self._open:
            self._open[-1].holds.append(part)
        self._open.append(part)
        shown = "g" if name == "a" else name
        self._names.append(shown)
        said = {"xmlns": SVG, **attributes} if len(self._open) == 1 else attributes
        self.written.append(f"<{shown}{''.join(f' {key}={quoteattr(value)}' for key, value in said.items())}>")
        self._css = [] if name == "style" else None

    def _end(self, _full_name: str) -> None:
        if self._left_out:
            self._left_out -= 1
            return
        if self._css is not None:
            css = "".join(self._css)
            check_css(css)
            self.written.append(escape(css))
            self._css = None
        self._open.pop()
        self.written.append(f"</{self._names.pop()}>")

    def _text(self, text: str) -> None:
        if self._css is not None and not self._left_out:
            self._css.append(text)


def _check_kind(space: str, name: str) -> None:
    if space == XHTML:
        raise PictureRefused(Refusal.DRAWING_SCRIPT if name == "script" else Refusal.DRAWING_FOREIGN)
    if name in REFUSED and (space in ("", SVG) or name == "script"):
        raise PictureRefused(REFUSED[name])


def _plain(attributes: dict[str, str]) -> list[tuple[str, str]]:
    """Checked, and without those of drawing programs; `xlink:href` is written as `href`."""
    kept = []
    for full_name, value in attributes.items():
        space, _, name = full_name.rpartition(" ")
        check_attribute(name, value, is_ours=space in ("", XLINK))
        if not space or (space == XLINK and name == "href"):
            kept.append((name, value))
    return kept


def _doctype(_name: str, system: str | None, _public: str | None, has_subset: int) -> None:
    """Older drawing programs name W3C's own document type, which nobody fetches; anything more may hold entities."""
    if has_subset:
        raise PictureRefused(Refusal.DRAWING_ENTITIES)
    if system is not None and not system.startswith(_W3C):
        raise PictureRefused(Refusal.DRAWING_OUTSIDE)


def _entity(*_declared: object) -> None:
    raise PictureRefused(Refusal.DRAWING_ENTITIES)


def _instruction(target: str, _data: str) -> None:
    if target.lower() == "xml-stylesheet":
        raise PictureRefused(Refusal.DRAWING_OUTSIDE)
