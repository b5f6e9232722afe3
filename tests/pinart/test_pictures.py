import numpy as np
import pytest

from storefront.pinart.artwork import METAL, Artwork
from storefront.pinart.choices import Step
from storefront.pinart.metals import METALS
from storefront.pinart.paper import on_paper
from storefront.pinart.picture import Look, front
from storefront.pinart.regions import cut_regions
from storefront.pinart.stages import stage

SIZE = 160
GOLD_SOFT, GOLD_HARD = Look("gold", "soft"), Look("gold", "hard")


def pixels(image):
    return np.asarray(image).astype(float)


def mean_colour(image, left, top, right, bottom):
    width, height = image.size
    part = image.convert("RGB").crop((int(left * width), int(top * height), int(right * width), int(bottom * height)))
    return pixels(part).reshape(-1, 3).mean(axis=0)


@pytest.mark.parametrize("enamel", ["soft", "hard"])
@pytest.mark.parametrize("metal", METALS)
def test_the_same_seed_gives_the_same_picture(roundel, metal, enamel):
    look = Look(metal, enamel, seed=3)

    assert front(roundel, look, 80).tobytes() == front(roundel, look, 80).tobytes()


def test_another_seed_gives_another_picture(roundel):
    assert (
        front(roundel, Look("gold", "soft", 1), 80).tobytes() != front(roundel, Look("gold", "soft", 2), 80).tobytes()
    )


@pytest.mark.parametrize("look", [GOLD_SOFT, GOLD_HARD])
def test_the_pin_lies_on_a_transparent_ground_with_the_shape_of_art_and_rim(roundel, look):
    picture = front(roundel, look, SIZE)

    alpha = pixels(picture)[..., 3]
    expected = cut_regions(roundel, SIZE).silhouette.sum() / 4
    assert picture.size == (SIZE, SIZE)
    assert alpha[0, 0] == alpha[-1, -1] == 0
    assert alpha.sum() / 255 == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("look", [GOLD_SOFT, GOLD_HARD])
def test_cells_show_the_colours_of_the_palette(roundel, look):
    picture = front(roundel, look, SIZE)

    red = mean_colour(picture, 0.25, 0.55, 0.40, 0.70)
    blue = mean_colour(picture, 0.60, 0.65, 0.75, 0.75)
    assert red[0] > 2 * red[2]
    assert blue[2] > 2 * blue[0]


def test_metals_differ_in_the_rim_and_not_in_the_enamel(roundel):
    gold, nickel = (front(roundel, Look(metal, "hard"), SIZE) for metal in ("gold", "black_nickel"))

    difference = np.abs(pixels(gold) - pixels(nickel))[..., :3].max(axis=-1)
    regions = cut_regions(roundel, SIZE)
    metal = np.zeros((2 * SIZE, 2 * SIZE), bool)
    top, left = regions.place.top, regions.place.left
    metal[top : top + regions.metal.shape[0], left : left + regions.metal.shape[1]] = regions.metal & regions.silhouette
    metal = metal[::2, ::2]
    assert np.median(difference[metal]) > 40
    assert np.median(difference[~metal]) <= 1


def test_soft_enamel_is_shaded_by_its_walls_and_hard_enamel_is_even(roundel):
    spread = {}
    for look in (GOLD_SOFT, GOLD_HARD):
        cell = pixels(front(roundel, look, 400).crop((130, 230, 190, 290)))[..., :3]
        spread[look.enamel] = cell.std(axis=(0, 1)).max()

    assert spread["soft"] > spread["hard"]


@pytest.mark.parametrize("size", [8, 16, 37, 120])
@pytest.mark.parametrize("look", [GOLD_SOFT, GOLD_HARD])
def test_even_a_tiny_picture_can_be_drawn(roundel, look, size):
    assert front(roundel, look, size).size == (size, size)


@pytest.mark.parametrize("shape", [(3, 400), (400, 3), (1, 1)])
def test_slivers_and_dots_can_be_drawn(shape):
    sliver = Artwork(np.ones(shape, np.uint8), {1: (10, 90, 60)})

    assert front(sliver, GOLD_SOFT, 100).getchannel("A").getextrema() == (0, 255)


def test_art_that_is_all_metal_can_be_drawn():
    medal = Artwork(np.full((50, 50), METAL, np.uint8), {})

    for look in (GOLD_SOFT, GOLD_HARD):
        assert front(medal, look, 60).getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize(("metal", "enamel"), [("tin", "soft"), ("gold", "fuzzy")])
def test_there_is_no_look_the_press_does_not_know(metal, enamel):
    with pytest.raises(ValueError, match=r"tin|fuzzy"):
        Look(metal, enamel)


def test_on_paper_the_pin_throws_its_shadow_down_and_right(roundel):
    picture = on_paper(front(roundel, GOLD_SOFT, SIZE))

    assert picture.mode == "RGB"
    assert picture.size == (SIZE, SIZE)
    above, below = (mean_colour(picture, x, x, x + 0.03, x + 0.03).mean() for x in (0.14, 0.815))
    assert below < above - 20


def test_the_mold_is_a_block_larger_than_the_pin(roundel):
    mold, pin = stage(roundel, GOLD_SOFT, Step.MOLD, SIZE), front(roundel, GOLD_SOFT, SIZE)

    assert (pixels(mold)[..., 3] >= pixels(pin)[..., 3]).all()
    assert pixels(mold)[..., 3].sum() > pixels(pin)[..., 3].sum()
    red, green, blue = mean_colour(mold, 0.2, 0.2, 0.8, 0.8)
    assert max(red, green, blue) - min(red, green, blue) < 10  # steel


def test_colour_goes_in_after_plating_and_is_complete_after_baking(roundel):
    plate, colour, bake = (
        pixels(stage(roundel, GOLD_SOFT, step, SIZE)) for step in (Step.PLATE, Step.COLOUR, Step.BAKE)
    )

    first = np.s_[80:100, 45:65]
    second = np.s_[100:120, 100:115]
    assert np.abs(plate[first] - colour[first]).mean() > 20
    assert np.abs(plate[second] - colour[second]).mean() < 1
    assert np.abs(colour[second] - bake[second]).mean() > 20


def test_baking_ends_in_the_picture_of_the_front(roundel):
    assert stage(roundel, GOLD_HARD, "bake", 90).tobytes() == front(roundel, GOLD_HARD, 90).tobytes()


def test_raw_brass_is_duller_than_polished(roundel):
    strike, polish = (pixels(stage(roundel, GOLD_SOFT, step, SIZE)) for step in (Step.STRIKE, Step.POLISH))

    inside = strike[..., 3] == 255
    assert strike[inside][:, :3].std() < 0.8 * polish[inside][:, :3].std()
