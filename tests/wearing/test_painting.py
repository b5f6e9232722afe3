import pytest
from PIL import Image

from storefront.wearing.cutout import WHOLE, cut, extent
from storefront.wearing.painting import WIDTH, WornPin, paint
from storefront.wearing.wardrobe import GARMENTS

LANYARD = GARMENTS["lanyard"]
RED = (255, 0, 0)


def a_pin(margin=20, size=(100, 60)):
    """A red pin with empty room around it."""
    picture = Image.new("RGBA", (size[0] + 2 * margin, size[1] + 2 * margin))
    picture.paste(Image.new("RGBA", size, RED), (margin, margin))
    return picture


def _red(picture):
    return Image.eval(picture.getchannel("G"), lambda value: 255 * (value < 8)).getbbox()


def test_a_cut_out_is_the_pin_without_the_room_around_it():
    assert extent(a_pin()) == (20 / 140, 20 / 100, 120 / 140, 80 / 100)
    assert cut(a_pin()).size == (100, 60)
    assert extent(Image.new("RGB", (40, 30))) == WHOLE
    assert extent(Image.new("RGBA", (40, 30))) == WHOLE


@pytest.mark.parametrize("dark", [False, True])
def test_a_pin_is_painted_at_its_true_size_and_place(dark):
    picture = paint(LANYARD, [WornPin(cut(a_pin()), 40, (53, 100))], dark=dark)

    scale = WIDTH / LANYARD.width
    assert picture.size == (1200, 1500)
    left, top, right, bottom = _red(picture)
    assert (right - left) / scale == pytest.approx(40, abs=0.3)
    assert (bottom - top) / scale == pytest.approx(24, abs=0.3)
    assert ((left + right) / 2 / scale, (top + bottom) / 2 / scale) == pytest.approx((53, 100), abs=0.3)


def test_the_wall_is_light_or_dark_and_the_cloth_in_between():
    light, dark = paint(LANYARD, []), paint(LANYARD, [], dark=True)

    assert min(light.getpixel((600, 60))) > 225
    assert max(dark.getpixel((600, 60))) < 40
    assert light.getpixel((235, 200)) != light.getpixel((600, 60))


def test_the_same_board_is_the_same_picture_and_a_pin_may_hang_over_the_edge():
    pin = WornPin(cut(a_pin()), 60, (2, 2))

    assert paint(LANYARD, [pin]).tobytes() == paint(LANYARD, [pin]).tobytes()
