import numpy as np
import pytest
from PIL import Image, ImageDraw

from storefront.demo.motifs import MOTIFS
from storefront.pinart.artwork import METAL
from storefront.pinart.ingest import NotFlat, ingest
from storefront.pinart.picture import Look, front

LINE = (40, 30, 20)


def painted(motif, ground=None):
    """A motif as an artist's file: smooth edges, on a ground or none."""
    art = motif.artwork(1200)
    rgba = np.zeros((*art.ids.shape, 4), np.uint8)
    for region, colour in {**art.palette, METAL: LINE}.items():
        rgba[art.ids == region] = (*colour, 255)
    picture = Image.fromarray(rgba).resize((600, 600), Image.Resampling.LANCZOS)
    if ground is None:
        return picture
    sheet = Image.new("RGBA", picture.size, ground)
    sheet.alpha_composite(picture)
    return sheet.convert("RGB")


@pytest.mark.parametrize(
    "motif", [motif for motif in MOTIFS if motif.key in {"luna", "rose", "teacup"}], ids=lambda m: m.key
)
def test_flat_colours_are_recovered_exactly(motif):
    drawing = ingest(painted(motif))

    assert set(drawing.colours) == {*motif.artwork(50).palette.values(), LINE}


def test_the_dark_thin_colour_is_taken_for_metal():
    drawing = ingest(painted(MOTIFS[0]))

    assert drawing.colours[drawing.metal - 1] == LINE
    assert METAL in drawing.artwork().ids


def test_the_artist_may_say_which_colour_is_metal():
    drawing = ingest(painted(MOTIFS[0]))
    chosen = next(region for region in range(1, len(drawing.colours) + 1) if region != drawing.metal)

    art = drawing.artwork(metal=chosen)

    assert chosen not in art.palette
    assert drawing.metal in art.palette


def test_an_opaque_ground_is_air():
    free, on_white = ingest(painted(MOTIFS[0])), ingest(painted(MOTIFS[0], "white"))

    differing = ((free.ids > 0) != (on_white.ids > 0)).mean()
    assert differing < 0.01


def test_what_was_drawn_can_be_pressed():
    picture = front(ingest(painted(MOTIFS[0])).artwork(), Look("gold", "soft"), 100)

    assert picture.getchannel("A").getextrema() == (0, 255)


def test_smooth_edges_bring_in_no_colours():
    disc = Image.new("RGBA", (1600, 1600))
    ImageDraw.Draw(disc).ellipse((100, 100, 1500, 1500), fill=(220, 40, 60), outline=(30, 60, 200), width=120)

    drawing = ingest(disc.resize((400, 400), Image.Resampling.LANCZOS))

    assert set(drawing.colours) == {(220, 40, 60), (30, 60, 200)}


@pytest.mark.parametrize("kind", ["gradient", "noise"])
def test_what_is_not_flat_is_refused_with_its_share(kind):
    rng = np.random.default_rng(2)
    steep = np.linspace(0, 255, 64)[None, :, None] * np.ones((64, 1, 3))
    pixels = steep if kind == "gradient" else rng.integers(0, 255, (64, 64, 3))
    framed = Image.new("RGBA", (100, 100))
    framed.paste(Image.fromarray(pixels.astype(np.uint8)), (18, 18))

    with pytest.raises(NotFlat) as refused:
        ingest(framed)
    assert refused.value.share < 0.5


def test_an_empty_sheet_is_refused():
    with pytest.raises(NotFlat):
        ingest(Image.new("RGBA", (50, 50)))
