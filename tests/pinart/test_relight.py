import io

import numpy as np
import pytest
from PIL import Image

from storefront.pinart.artwork import Artwork
from storefront.pinart.picture import Look, front
from storefront.pinart.relight import LARGEST, MOST_OPEN, relight_pair

SIZE = 160


@pytest.mark.parametrize("look", [Look("gold", "soft"), Look("antique_brass", "hard", effects={1: "glitter"})])
def test_the_pair_lines_up_with_the_front(roundel, look):
    pair, picture = relight_pair(roundel, look, SIZE), front(roundel, look, SIZE)

    assert pair.albedo.size == pair.surface.size == picture.size
    assert (np.asarray(pair.albedo)[..., 3] == np.asarray(picture)[..., 3]).all()
    assert pair.surface.mode == "RGB"
    assert pair.surface.getpixel((0, 0)) == (128, 128, 128)


def test_albedo_is_the_flat_colour_without_light(roundel):
    albedo = relight_pair(roundel, Look("gold", "soft"), SIZE).albedo

    assert albedo.getpixel((50, 95))[:3] == roundel.palette[1]
    assert albedo.getpixel((105, 110))[:3] == roundel.palette[2]


def test_the_surface_tells_metal_from_enamel_and_which_way_a_rim_leans(roundel):
    surface = np.asarray(relight_pair(roundel, Look("gold", "soft"), SIZE).surface).astype(int)

    row = SIZE // 2 - 2
    assert surface[95, 50, 2] <= MOST_OPEN
    assert surface[..., 2].max() == 255
    inside = np.flatnonzero(np.asarray(front(roundel, Look("gold", "soft"), SIZE))[row, :, 3] == 255)
    left, right = surface[row, inside[0], 0], surface[row, inside[-1], 0]
    assert left < 100
    assert right > 156


def test_the_files_for_the_browser_stay_within_100_kb_even_for_a_hundred_cells_of_glitter():
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:360, 0:360]
    seeds = rng.random((100, 2)) * 360
    nearest = np.argmin([(x - across) ** 2 + (y - down) ** 2 for across, down in seeds], axis=0)
    art = Artwork((1 + nearest % 9).astype(np.uint8), {n: tuple(rng.integers(20, 235, 3)) for n in range(1, 10)})

    files = relight_pair(art, Look("gold", "soft", effects=dict.fromkeys(range(1, 10), "glitter"))).webp()

    assert sum(map(len, files)) <= LARGEST
    assert [Image.open(io.BytesIO(file)).size for file in files] == [(720, 720)] * 2
