import numpy as np
import pytest
from PIL import Image, ImageDraw

from pinart.flat_files import LINE, painted, saved
from storefront.demo.motifs import MOTIFS
from storefront.pinart.artwork import METAL
from storefront.pinart.ingest import NotFlat, Reason, ingest, posterised
from storefront.pinart.picture import Look, front
from storefront.pinart.sheet import lay_out

LUNA = MOTIFS[0]
RED, BLUE, CREAM = (220, 40, 60), (30, 60, 200), (247, 240, 220)
FREE = painted(LUNA)
ON_WHITE = painted(LUNA, ground="white")
EXACT = {*LUNA.artwork(50).palette.values(), LINE}


def emblem(side=400, colours=(RED, BLUE), ground=None, *, smooth=True):
    """A disc with a bar: two flat colours, or one."""
    scale = 4 if smooth else 1
    sheet = Image.new("RGBA", (side * scale, side * scale), ground or (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    edge = side * scale * 0.1
    draw.ellipse((edge, edge, side * scale - edge, side * scale - edge), fill=colours[0])
    if len(colours) > 1:
        draw.rectangle((edge * 3, edge * 4, edge * 7, edge * 6), fill=colours[1])
    return sheet.reduce(scale) if smooth else sheet


def furthest(found, meant):
    """The largest difference in any channel, each meant colour from the nearest found one."""
    found = np.array(list(found), int)
    return max(int(np.abs(found - colour).max(axis=1).min()) for colour in meant)


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.key)
def test_flat_colours_are_recovered_exactly(motif):
    drawing = ingest(painted(motif, 1000 if motif.key == "crane" else 600))

    assert set(drawing.colours) == {*motif.artwork(50).palette.values(), LINE}
    assert drawing.colours[drawing.metal - 1] == LINE


@pytest.mark.parametrize(
    ("form", "options"),
    [("JPEG", {"quality": 80}), ("WEBP", {"quality": 80})],
    ids=str,
)
@pytest.mark.parametrize("motif", [MOTIFS[0], MOTIFS[1]], ids=lambda motif: motif.key)
def test_lossy_files_are_flat_art_too_and_keep_every_colour_within_a_shade(motif, form, options):
    drawing = ingest(saved(painted(motif, 600, "white"), form, **options))

    meant = {*motif.artwork(50).palette.values(), LINE}
    assert len(drawing.colours) <= len(meant) + 1  # paper between the leaves of a drawing is a colour, too
    assert furthest(drawing.colours, meant) <= 4
    assert furthest([drawing.colours[drawing.metal - 1]], [LINE]) <= 4


def test_a_lossless_file_is_exact():
    assert ingest(saved(FREE, "WEBP", lossless=True, method=0)).colours == ingest(FREE).colours


def test_a_lossy_file_gives_nearly_the_same_regions():
    exact, lossy = ingest(ON_WHITE), ingest(saved(ON_WHITE, "JPEG", quality=80))

    meant = np.array([(0, 0, 0), *exact.colours])[exact.ids]
    got = np.array([(0, 0, 0), *lossy.colours])[lossy.ids]
    assert (np.abs(meant - got).max(axis=-1) > 8).mean() < 0.02


def test_the_artist_may_say_which_colour_is_metal():
    drawing = ingest(emblem(colours=(RED, LINE)))
    chosen = next(region for region in drawing.areas if region != drawing.metal)

    art = drawing.artwork(metal=chosen)

    assert chosen not in art.palette
    assert METAL in art.ids


def test_an_opaque_ground_is_air():
    free, on_white = ingest(FREE), ingest(ON_WHITE)

    assert ((free.ids > 0) != (on_white.ids > 0)).mean() < 0.01


def test_specks_beside_the_drawing_are_air():
    noisy = np.asarray(ON_WHITE).copy()
    noisy[20:22, 20:22] = RED
    noisy[25, 300] = (200, 200, 200)

    drawing = ingest(Image.fromarray(noisy))

    assert not drawing.ids[:30].any()


def test_a_picture_whose_corners_differ_has_no_ground():
    halves = Image.new("RGB", (200, 200), RED)
    halves.paste(BLUE, (0, 100, 200, 200))

    drawing = ingest(halves)

    assert (drawing.ids > 0).all()
    assert set(drawing.colours) == {RED, BLUE}


def test_what_was_drawn_can_be_pressed():
    picture = front(ingest(emblem()).artwork(), Look("gold", "soft"), 100)

    assert picture.getchannel("A").getextrema() == (0, 255)


def test_smooth_edges_bring_in_no_colours():
    assert set(ingest(emblem()).colours) == {RED, BLUE}


def test_one_colour_is_a_drawing():
    drawing = ingest(emblem(colours=(RED,)))

    assert drawing.colours == (RED,)
    assert drawing.metal is None


def test_two_nearly_equal_colours_stay_two_and_two_that_nobody_tells_apart_become_one():
    told_apart, alike = (30, 40, 87), (23, 35, 73)

    assert set(ingest(emblem(colours=(told_apart, alike))).colours) == {told_apart, alike}
    assert len(ingest(emblem(colours=(RED, (221, 41, 60)))).colours) == 1


def test_lines_too_thin_to_have_a_flat_pixel_keep_their_colour():
    large = emblem(1600, colours=(CREAM,), smooth=False)
    draw = ImageDraw.Draw(large)
    for start in range(300, 1300, 100):
        draw.line((start, 450, start + 65, 1150), fill=(*LINE, 255), width=9)  # little more than two pixels

    drawing = ingest(large.reduce(4))

    assert len(drawing.colours) == 2
    assert furthest(drawing.colours, [CREAM, LINE]) <= 3
    assert furthest([drawing.colours[drawing.metal - 1]], [LINE]) <= 3


@pytest.mark.parametrize("side", [64, 128])
def test_tiny_pictures_keep_their_colours(side):
    assert set(ingest(emblem(side)).colours) == {RED, BLUE}
    assert set(ingest(emblem(side, smooth=False)).colours) == {RED, BLUE}


def test_a_huge_picture_is_read_at_the_working_size():
    sheet = lay_out(emblem(3000, smooth=False))

    assert sheet.air.shape == (1600, 1600)
    assert {RED, BLUE} <= {colour for _, colour in Image.fromarray(sheet.rgb).getcolors(2**16)}


@pytest.mark.parametrize("mode", ["P", "CMYK", "L", "LA", "1"])
def test_every_mode_of_picture_is_read(mode):
    colours = [(0, 0, 0)] if mode == "1" else [(60, 60, 60), (200, 200, 200)] if mode in "LA" else [RED, BLUE]
    source = emblem(300, colours, None if mode == "LA" else "white", smooth=False)
    picture = source.convert("RGB") if mode != "LA" else source.convert("LA")
    picture = picture.quantize(8, dither=Image.Dither.NONE) if mode == "P" else picture.convert(mode)

    drawing = ingest(picture)

    assert set(drawing.colours) == set(colours)
    assert 0.1 < (drawing.ids == 0).mean() < 0.6


def test_a_palette_may_have_a_transparent_entry():
    source = emblem(300, smooth=False)
    paletted = source.convert("RGB").quantize(4, dither=Image.Dither.NONE)
    paletted.info["transparency"] = paletted.getpixel((0, 0))

    drawing = ingest(saved(paletted, "PNG", transparency=paletted.getpixel((0, 0))))

    assert furthest(drawing.colours, [RED, BLUE]) <= 1
    assert drawing.ids[0, 0] == 0


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped():
    levels = np.full((200, 200), 65535, np.uint16)
    levels[40:160, 40:160] = 90 * 257
    levels[80:120, 80:120] = 200 * 257

    drawing = ingest(saved(Image.fromarray(levels), "PNG"))

    assert set(drawing.colours) == {(90, 90, 90), (200, 200, 200)}


def test_a_picture_is_turned_as_its_camera_says():
    upright = emblem(300, ground="white", smooth=False).convert("RGB")
    upright.paste(BLUE, (140, 32, 160, 60))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the left

    turned = ingest(saved(upright.rotate(90, expand=True), "PNG", exif=exif))

    assert (turned.ids == ingest(upright).ids).all()


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
    assert refused.value.reason == (Reason.GRADIENT if kind == "gradient" else Reason.PHOTOGRAPH)


def shaded(share, step=60, side=400):
    """A flat square, so much of whose height changes by `step` levels from left to right."""
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[20:-20, 20:-20] = (*RED, 255)
    rows = int((side - 40) * share)
    pixels[20 : 20 + rows, 20:-20, 1] = np.linspace(100, 100 + step, side - 40)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("share", [0.3, 0.6, 1.0])
def test_a_picture_that_is_partly_gradient_is_refused_for_that_part(share, form):
    picture = shaded(share)
    if form == "JPEG":
        picture = saved(picture.convert("RGB"), "JPEG", quality=85)

    with pytest.raises(NotFlat) as refused:
        ingest(picture)
    assert refused.value.reason == Reason.GRADIENT
    assert refused.value.fading == pytest.approx(share, abs=0.12)
    assert refused.value.share + refused.value.fading + refused.value.textured == pytest.approx(1, abs=0.05)


def test_a_little_shading_is_taken():
    assert ingest(shaded(0.05)).colours[0] == RED


def test_a_photograph_of_a_pin_is_no_artwork():
    photographed = front(LUNA.artwork(400), Look("gold", "soft"), 400)

    with pytest.raises(NotFlat) as refused:
        ingest(photographed)
    assert refused.value.share < refused.value.limit - 0.1


def test_a_posterised_photograph_is_flat_art():
    photographed = front(LUNA.artwork(400), Look("gold", "soft"), 400)

    drawing = posterised(photographed, colours=6)

    assert 3 <= len(drawing.areas) <= 6
    assert list(drawing.areas.values()) == sorted(drawing.areas.values(), reverse=True)
    flat = np.array([(0, 0, 0, 0), *((*colour, 255) for colour in drawing.colours)], np.uint8)[drawing.ids]
    assert ingest(Image.fromarray(flat)).colours


@pytest.mark.parametrize("read", [ingest, posterised])
@pytest.mark.parametrize("sheet", [Image.new("RGBA", (50, 50)), Image.new("RGB", (50, 50), RED)], ids=["clear", "full"])
def test_an_empty_sheet_is_refused(sheet, read):
    with pytest.raises(NotFlat) as refused:
        read(sheet)
    assert refused.value.reason == Reason.EMPTY
