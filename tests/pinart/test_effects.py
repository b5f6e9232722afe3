import numpy as np
import pytest

from storefront.pinart.artwork import METAL, Artwork
from storefront.pinart.back import blank_back
from storefront.pinart.choices import Effect
from storefront.pinart.night import by_night, in_the_dark
from storefront.pinart.paper import on_dark
from storefront.pinart.picture import Look, front
from storefront.pinart.regions import SUPERSAMPLE, cut_regions
from storefront.pinart.stages import stage

SIZE = 160
STIRRED = [effect for effect in Effect if effect is not Effect.PLAIN]


def pixels(image):
    return np.asarray(image).astype(float)[..., :3]


def shown(artwork, region):
    """Pixels of the picture that lie wholly in one region and a little off its edge."""
    regions = cut_regions(artwork, SIZE)
    canvas = np.zeros((SIZE * SUPERSAMPLE,) * 2, bool)
    height, width = regions.cells.shape
    top, left = regions.place.top, regions.place.left
    here = regions.cells == region if region != METAL else regions.metal & regions.silhouette
    canvas[top : top + height, left : left + width] = here
    whole = canvas.reshape(SIZE, SUPERSAMPLE, SIZE, SUPERSAMPLE).all(axis=(1, 3))
    return whole & np.roll(whole, 3, 0) & np.roll(whole, -3, 0) & np.roll(whole, 3, 1) & np.roll(whole, -3, 1)


def changed(one, other):
    return np.abs(pixels(one) - pixels(other)).max(axis=-1)


@pytest.mark.parametrize("enamel", ["soft", "hard"])
@pytest.mark.parametrize("effect", STIRRED)
def test_an_effect_changes_its_own_colour_and_nothing_else(roundel, enamel, effect):
    plain, stirred = (front(roundel, Look("gold", enamel, effects=effects), SIZE) for effects in ({}, {1: effect}))

    difference = changed(plain, stirred)
    assert np.median(difference[shown(roundel, 1)]) > 8
    assert difference[shown(roundel, 2)].max() <= 1
    assert np.median(difference[shown(roundel, METAL)]) <= 1
    assert (np.asarray(plain)[..., 3] == np.asarray(stirred)[..., 3]).all()


def test_plain_is_the_same_as_nothing_said(roundel):
    assert front(roundel, Look("gold", "soft", effects={1: "plain"}), 80) == front(roundel, Look("gold", "soft"), 80)


def test_glitter_sparkles(roundel):
    plain, glitter = (front(roundel, Look("silver", "hard", effects=effects), SIZE) for effects in ({}, {1: "glitter"}))

    cell = np.s_[80:110, 35:65]
    steps = [np.abs(np.diff(pixels(picture)[cell][..., 1], axis=1)) for picture in (plain, glitter)]
    assert np.median(steps[0]) <= 1
    assert np.median(steps[1]) > 10
    assert steps[1].max() > 60


def test_flakes_lie_where_they_lie_at_every_size_and_elsewhere_with_another_seed(roundel):
    def flakes(size, seed):
        with_and_without = (
            front(roundel, Look("gold", "hard", seed, effects=effects), size) for effects in ({1: "glitter"}, {})
        )
        cells = [pixels(picture.reduce(size // 120))[60:82, 27:48, 1] for picture in with_and_without]
        return (cells[0] - cells[1]).ravel()

    as_drawn = flakes(240, 3)

    assert np.corrcoef(as_drawn, flakes(480, 3))[0, 1] > 0.8
    assert abs(np.corrcoef(as_drawn, flakes(240, 4))[0, 1]) < 0.2


def test_glass_shows_the_metal_below_it_and_opaque_colour_does_not(roundel):
    def between_metals(effects):
        gold, nickel = (
            front(roundel, Look(metal, "hard", effects=effects), SIZE) for metal in ("gold", "black_nickel")
        )
        return np.median(changed(gold, nickel)[shown(roundel, 1)])

    assert between_metals({}) <= 1
    assert between_metals({1: "translucent"}) > 20


def test_what_glows_is_pale_by_day_and_the_only_light_at_night(roundel):
    look = Look("gold", "soft", effects={1: "glow"})
    day, night = front(roundel, look, SIZE), by_night(roundel, look, SIZE)

    glowing, dull = shown(roundel, 1), shown(roundel, 2)
    assert pixels(day)[glowing].mean() > pixels(front(roundel, Look("gold", "soft"), SIZE))[glowing].mean() + 20
    assert pixels(night)[glowing].max(axis=-1).min() > 120
    assert np.median(pixels(night)[dull].max(axis=-1)) < 40


def test_a_glow_reaches_past_the_outline_but_without_one_the_night_is_dark(roundel):
    glowing, dark = (by_night(roundel, Look("gold", "soft", effects=effects), SIZE) for effects in ({2: "glow"}, {}))

    beside = np.asarray(front(roundel, Look("gold", "soft"), SIZE))[..., 3] == 0
    assert np.asarray(glowing)[beside][:, 3].max() > 20
    assert np.asarray(dark)[beside][:, 3].max() == 0
    assert pixels(dark).max() < 70


def test_dark_ground_is_lit_in_a_pool_and_not_at_all_at_night(roundel):
    look = Look("gold", "soft", effects={1: "glow"})
    lamp, night = pixels(on_dark(front(roundel, look, SIZE))), pixels(in_the_dark(roundel, look, SIZE))

    corner, nearer = np.s_[-6:, -6:], np.s_[70:90, 2:8]
    assert lamp[corner].mean() < lamp[nearer].mean() < 90
    assert night[corner].mean() < 16


@pytest.mark.parametrize("step", ["polish", "plate"])
def test_sand_dulls_empty_cells_and_leaves_the_lines_polished(roundel, step):
    polished, sanded = (
        stage(roundel, Look("silver", "soft", texture=texture), step, 320) for texture in ("polished", "sandblasted")
    )

    difference = changed(polished, sanded)
    cell, rim = np.s_[190:250, 80:130], pixels(polished)[..., 0] * 0
    rim[:, :] = np.asarray(polished)[..., 3] == 255
    fine = np.abs(np.diff(pixels(sanded)[cell], axis=1)).mean(), np.abs(np.diff(pixels(polished)[cell], axis=1)).mean()
    assert difference[cell].mean() > 8
    assert fine[0] > 1.5 * fine[1]  # grain instead of a mirror
    assert np.median(difference[(rim > 0) & (np.roll(rim, 5, 1) == 0)]) <= 1


def test_sand_leaves_opaque_enamel_and_raw_strikes_alone(roundel):
    for picture in (lambda look: front(roundel, look, SIZE), lambda look: stage(roundel, look, "strike", SIZE)):
        polished, sanded = (picture(Look("gold", "soft", texture=texture)) for texture in ("polished", "sandblasted"))
        assert np.median(changed(polished, sanded)[shown(roundel, 1)]) <= 1


def test_wide_bare_metal_keeps_a_polished_border_around_its_sand():
    ids = np.full((200, 200), METAL, np.uint8)
    polished, sanded = (
        front(Artwork(ids, {}), Look("gold", "hard", texture=texture), SIZE) for texture in ("polished", "sandblasted")
    )

    difference = changed(polished, sanded)
    assert difference[60:100, 60:100].mean() > 8
    middle = difference[SIZE // 2]
    outline = np.flatnonzero(np.asarray(polished)[SIZE // 2, :, 3])[0]
    assert middle[outline : outline + 2].max() <= 3


def test_the_back_is_sandblasted_too_around_its_plaque(roundel):
    polished, sanded = (
        blank_back(roundel, Look("gold", "soft", texture=texture), 240) for texture in ("polished", "sandblasted")
    )

    assert polished.relief.frost is None
    rows, columns = sanded.plaque.slices()
    middle = sanded.relief.frost[rows, columns][8:-8, 8:-8]
    assert sanded.relief.frost.max() == 1
    assert middle.max() == 0
    assert np.abs(pixels(polished.picture) - pixels(sanded.picture)).mean() > 2


@pytest.mark.parametrize("enamel", ["soft", "hard"])
def test_every_choice_at_once_is_the_same_twice_and_can_be_tiny(roundel, enamel):
    look = Look("antique_brass", enamel, 5, "sandblasted", {1: "glitter", 2: "translucent"})

    assert front(roundel, look, 90) == front(roundel, look, 90)
    assert front(roundel, look, 9).size == by_night(roundel, look, 9).size == (9, 9)


@pytest.mark.parametrize("choice", [{"texture": "rusty"}, {"effects": {1: "plaid"}}])
def test_there_is_no_texture_or_effect_the_press_does_not_know(choice):
    with pytest.raises(ValueError, match=r"rusty|plaid"):
        Look("gold", "soft", **choice)
