"""The press from the command line: an artwork file in, a folder of pictures and a report out."""

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from PIL import Image

from storefront.media.refusals import PictureRefused
from storefront.media.uploads import PictureKind, check_picture
from storefront.pinart import editing
from storefront.pinart.artwork import NotArtwork, Rgb
from storefront.pinart.choices import Effect, Enamel, Texture
from storefront.pinart.findings import read_findings
from storefront.pinart.ingest import Drawing, NotFlat, ingest, posterised
from storefront.pinart.limits import NoLimits, read_limits
from storefront.pinart.metals import METALS
from storefront.pinart.picture import Look
from storefront.pinart.sheet import at_working_size
from storefront.press_options import COLOUR, Pair
from storefront.press_set import Piece, full_set, hex_of, write_all
from storefront.web import press_words
from storefront.web.media import refusal_words
from storefront.web.studio.artwork_words import not_flat

MOST_COLOURS = 12


class CannotBePressed(click.ClickException):
    """Told as one sentence, without the usage: the file is at fault, not the command."""

    exit_code = 1

    def show(self, file: object = None) -> None:  # noqa: ARG002  click's signature
        click.echo(self.message, err=True)


@click.command()
@click.argument("artwork", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder for the files."
)
@click.option("--metal", type=click.Choice(list(METALS)), default="gold", show_default=True)
@click.option(
    "--enamel", type=click.Choice([kind.value for kind in Enamel]), default=Enamel.SOFT.value, show_default=True
)
@click.option(
    "--texture", type=click.Choice([kind.value for kind in Texture]), default=Texture.POLISHED.value, show_default=True
)
@click.option("--mm", type=click.FloatRange(5, 200), default=38, show_default=True, help="The finished longest side.")
@click.option("--number", default="1/100", show_default=True, help="What the plaque on the back says.")
@click.option("--title", default="", help="The pin's title, engraved under the number.")
@click.option("--maker", default="", help="Engraved as well.")
@click.option("--size", type=click.IntRange(120, 2400), default=1200, show_default=True, help="Pixels of each picture.")
@click.option("--metal-colour", type=COLOUR, help="The drawing's colour that is bare metal.")
@click.option("--merge", type=Pair("#gone=#kept", COLOUR), multiple=True, help="Draw one colour as another.")
@click.option("--cut-out", type=COLOUR, multiple=True, help="A colour that is air, such as paper seen through a hole.")
@click.option(
    "--effect",
    type=Pair("#aabbcc=glitter", click.Choice([kind.value for kind in Effect])),
    multiple=True,
    help="One colour's effect.",
)
@click.option(
    "--posterise",
    type=click.IntRange(2, MOST_COLOURS),
    is_flag=False,
    flag_value=8,
    help="Reduce whatever it is to so many flat colours (8).",
)
@click.option("--limits", default="", envvar="PRESS_LIMITS", help="A maker's own, like: line=0.2 cell=0.35")
@click.option("--limits-source", default="", envvar="PRESS_LIMITS_SOURCE", help="Where those come from.")
def press(
    *,
    artwork: Path,
    out: Path,
    metal: str,
    enamel: str,
    texture: str,
    mm: float,
    number: str,
    title: str,
    maker: str,
    size: int,
    metal_colour: Rgb | None,
    merge: tuple[tuple[Rgb, Rgb], ...],
    cut_out: tuple[Rgb, ...],
    effect: tuple[tuple[Rgb, str], ...],
    posterise: int | None,
    limits: str,
    limits_source: str,
) -> None:
    """Press ARTWORK: front.png, back.png, step-1-mold.png … step-6-bake.png, thumb.png and report.json."""
    try:
        allowed = read_limits(limits, limits_source)
        drawing = _read(artwork, posterise)
        drawing = _edited(drawing, metal_colour, merge, cut_out)
        effects = {_region(drawing, colour): kind for colour, kind in effect}
        look = Look(metal, enamel, texture=texture, effects=effects)
        files = full_set(drawing, look, Piece(mm, number, title, maker), size, allowed)
    except NoLimits as wrong:
        raise click.UsageError(f"Limits: {wrong}") from None
    except PictureRefused as refused:
        raise CannotBePressed(refusal_words(refused, PictureKind.ARTWORK)) from None
    except NotFlat as refused:
        raise CannotBePressed(_not_flat_words(refused)) from None
    except NotArtwork:
        raise CannotBePressed("Nothing of the drawing is left to press.") from None
    try:
        write_all(files, out)
    except OSError as error:
        raise CannotBePressed(f"The files could not be written to {out}: {error.strerror}.") from None
    _say(json.loads(files["report.json"]), [hex_of(colour) for colour in drawing.colours], out)


def _read(artwork: Path, posterise: int | None) -> Drawing:
    with artwork.open("rb") as file:
        checked = check_picture(file, PictureKind.ARTWORK)
    picture = _opened(checked.content)
    return posterised(picture, posterise) if posterise else ingest(picture)


def _opened(content: bytes) -> Image.Image:
    """At the size it is worked with: a huge one is let go before it is looked at."""
    with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
        picture.load()
        return at_working_size(picture)


def _edited(
    drawing: Drawing, metal: Rgb | None, merge: tuple[tuple[Rgb, Rgb], ...], cut_out: tuple[Rgb, ...]
) -> Drawing:
    try:
        for gone, kept in merge:
            drawing = editing.merged(drawing, _region(drawing, kept), _region(drawing, gone))
        for colour in cut_out:
            drawing = editing.cut_out(drawing, _region(drawing, colour))
        if metal is not None:
            drawing = editing.with_metal(drawing, _region(drawing, metal))
    except editing.MergedWithItself:
        raise CannotBePressed("A colour can't be merged with itself, or with one that is nearly the same.") from None
    except editing.NothingLeft:
        raise CannotBePressed("Nothing of the drawing is left to press.") from None
    return drawing


def _region(drawing: Drawing, colour: Rgb) -> int:
    region = editing.find_region(drawing, colour)
    if region is None:
        there = ", ".join(hex_of(drawing.colours[region - 1]) for region in drawing.areas)
        raise CannotBePressed(f"The drawing has no colour {hex_of(colour)}. Its colours are {there}.")
    return region


def _not_flat_words(refused: NotFlat) -> str:
    """The words of the artwork page, and what to do here."""
    shares = {name: getattr(refused, name) for name in ("share", "limit", "fading", "textured")}
    words = not_flat(refused.reason, shares)
    return words if refused.reason == "empty" else f"{words} Redraw it in flat colours, or try --posterise."


def _say(report: Mapping[str, Any], names: Sequence[str], out: Path) -> None:
    """Any: the values of JSON."""
    colours = len(report["palette"])
    click.echo(
        f"Pressed into {out}: {colours} {'colour' if colours == 1 else 'colours'} of enamel in {report['metal']}."
    )
    for said in press_words.lines(read_findings(report), names):
        if not said.passes:
            click.echo(f"- {said.words}")
