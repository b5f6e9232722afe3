"""Fonts: the two open typefaces cut down to what the pages use, as woff2 in `static/build/fonts`, and as they are printed
and painted into pictures, each at one weight, as TrueType in `static/build/print`.
"""

import hashlib
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from fontTools import version as fonttools_version
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from storefront import paths

FOLDER = paths.STATIC / "build" / "fonts"
PRINT_FOLDER = paths.STATIC / "build" / "print"

# Latin-1, Latin Extended-A, the Romanian letters, punctuation, currencies and the signs of the trade.
LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x218, 0x21C),
    *range(0x2010, 0x2027),
    *(ord(c) for c in "\u2009\u202f‰′″‹›⁄€₺₹£−×÷≈≠≤≥←↑→↓™№•·ẞȷ"),
]
# What a number, a price or a clock is set in: this face is preloaded, so it stays tiny.
DIGITS = [ord(c) for c in "0123456789/.,:AP €\u00a0"]


@dataclass(frozen=True)
class Face:
    """One woff2 to make: where it comes from and what it keeps."""

    name: str
    package: str
    source: str
    axes: dict[str, float | tuple[float, float]]
    characters: list[int]
    features: tuple[str, ...] = ("kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "lnum", "tnum", "pnum", "case")


_BRICOLAGE = ("fontpkg_bricolage_grotesque", "BricolageGrotesque[opsz,wdth,wght].ttf")
_NUMBER: dict[str, float | tuple[float, float]] = {"opsz": (44, 96), "wdth": 82, "wght": (300, 700)}
_HEADING: dict[str, float | tuple[float, float]] = {"opsz": 44, "wdth": 88, "wght": 600}  # drawn for 34 to 56 px
_UPRIGHT: dict[str, float | tuple[float, float]] = {"wdth": 100, "wght": (400, 700)}

# What a page is painted with is on its way before its picture: a weight or width that nothing is set in stays at home.
FACES = (
    Face("digits", *_BRICOLAGE, _NUMBER, DIGITS, ("kern", "lnum", "tnum")),
    Face("display", *_BRICOLAGE, _HEADING, LATIN),
    Face("quote", *_BRICOLAGE, {**_HEADING, "wght": 400}, LATIN),
    Face("text", "fontpkg_instrument_sans", "InstrumentSans[wdth,wght].ttf", _UPRIGHT, LATIN),
    Face("italic", "fontpkg_instrument_sans", "InstrumentSans-Italic[wdth,wght].ttf", {**_UPRIGHT, "wght": 400}, LATIN),
)


_SANS = ("fontpkg_instrument_sans", "InstrumentSans[wdth,wght].ttf")
PRINTED = (
    Face("title", *_BRICOLAGE, {"opsz": 44, "wdth": 82, "wght": 700}, LATIN, ("kern", "liga")),
    Face("number", *_BRICOLAGE, {"opsz": 96, "wdth": 82, "wght": 700}, DIGITS, ("kern", "lnum")),
    Face("number-light", *_BRICOLAGE, {"opsz": 96, "wdth": 82, "wght": 300}, DIGITS, ("kern", "lnum")),
    Face("heading", *_BRICOLAGE, {"opsz": 44, "wdth": 88, "wght": 600}, LATIN, ("kern", "liga")),
    Face("text", *_SANS, {"wdth": 100, "wght": 400}, LATIN, ("kern", "liga")),
    Face("text-bold", *_SANS, {"wdth": 100, "wght": 600}, LATIN, ("kern", "liga")),
)


def build(folder: Path = FOLDER, print_folder: Path = PRINT_FOLDER) -> list[Path]:
    """Make every face that is missing or out of date; return those made."""
    made = []
    for faces, where, suffix in ((FACES, folder, ".woff2"), (PRINTED, print_folder, ".ttf")):
        where.mkdir(parents=True, exist_ok=True)
        made += [path for face in faces for path in _make(face, where, suffix)]
    return made


def _make(face: Face, folder: Path, suffix: str) -> Iterator[Path]:
    package = _package_folder(face.package)
    source = package / "files" / face.source
    target, stamp = folder / f"{face.name}{suffix}", folder / f"{face.name}.stamp"
    recipe = _recipe(face, source)
    if target.exists() and stamp.exists() and stamp.read_text() == recipe:
        return
    _subset(face, source, target)
    # The Open Font Licence travels with the font.
    shutil.copyfile(package / "LICENSE", folder / f"{face.package.removeprefix('fontpkg_')}-OFL.txt")
    stamp.write_text(recipe)
    yield target


def _subset(face: Face, source: Path, target: Path) -> None:
    font = _reread(instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), face.axes))
    flavor = "woff2" if target.suffix == ".woff2" else None
    options = Options(layout_features=list(face.features), flavor=flavor, notdef_outline=True, hinting=False)
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]  # names, version and licence; nothing about the tools
    cutter = Subsetter(options)
    cutter.populate(unicodes=face.characters)
    cutter.subset(font)
    font.flavor = flavor
    draft = target.with_suffix(".draft")
    font.save(draft)
    draft.replace(target)


def _reread(font: TTFont) -> TTFont:
    """The cutter wants a variation entry for every glyph, which only reading a saved font restores."""
    saved = BytesIO()
    font.save(saved)
    saved.seek(0)
    return TTFont(saved, recalcTimestamp=False)


def _recipe(face: Face, source: Path) -> str:
    """The same recipe means the same file: the source, what is kept, and the tool's version."""
    return hashlib.sha256(source.read_bytes() + repr(face).encode() + fonttools_version.encode()).hexdigest()


def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        message = f"The font package {package} is not installed. Run `make install`, then try again."
        raise ModuleNotFoundError(message)
    return Path(spec.origin).parent


if __name__ == "__main__":
    for path in build():
        sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")
