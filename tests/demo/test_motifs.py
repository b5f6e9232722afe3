import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from storefront.demo.motifs import MOTIFS
from storefront.demo.pictures import PRESSINGS, render_demo_pictures
from storefront.pinart.artwork import METAL
from storefront.pinart.regions import cut_regions

each_motif = pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.key)


def opened(path):
    with Image.open(path) as picture:
        return picture.copy()


@each_motif
def test_a_motif_uses_every_colour_of_its_palette_and_no_other(motif):
    art = motif.artwork(600)

    assert set(np.unique(art.ids)) - {0, METAL} == set(art.palette)
    assert 4 <= len(motif.palette) <= 7


@each_motif
def test_a_motif_is_one_piece(motif):
    _, pieces = ndimage.label(cut_regions(motif.artwork(600), 300).silhouette)

    assert pieces == 1


@each_motif
def test_a_motif_is_the_same_drawing_at_every_size(motif):
    small, large = motif.draw(300), motif.draw(900)

    assert (small != large[1::3, 1::3]).mean() < 0.06


def test_the_demo_shows_three_metals_and_both_enamels():
    looks = [PRESSINGS[motif.key].look for motif in MOTIFS]

    assert len({look.metal for look in looks}) >= 3
    assert {look.enamel for look in looks} == {"soft", "hard"}


def test_demo_pictures_are_rendered_once(tmp_path):
    seen = []

    pictures = render_demo_pictures(tmp_path, lambda done, of: seen.append((done, of)), scale=0.05)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = render_demo_pictures(tmp_path, lambda done, of: seen.append("again"), scale=0.05)

    assert seen[-1] == (104, 104)
    assert again == pictures
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == written
    assert set(written) == {path for shown in pictures.values() for path in shown.files}
    assert opened(pictures["luna"].front).mode == "RGBA"


def test_a_missing_picture_is_rendered_again(tmp_path):
    pictures = render_demo_pictures(tmp_path, scale=0.05)
    pictures["crane"].back.unlink()

    render_demo_pictures(tmp_path, scale=0.05)

    assert opened(pictures["crane"].back).size == (50, 50)
