import io

import pytest
from PIL import Image

from media.profiles import display_p3
from storefront.media.uploads import PictureKind, check_picture
from storefront.media.variants import make_variants, served_widths, srcset


def a_picture(size, colour="teal", kind=PictureKind.ARTWORK):
    file = io.BytesIO()
    Image.new("RGBA", size, colour).save(file, "PNG")
    file.seek(0)
    return check_picture(file, kind)


def test_no_width_is_larger_than_the_picture():
    assert served_widths(3000) == [360, 640, 1000, 1600]
    assert served_widths(1600) == [360, 640, 1000, 1600]
    assert served_widths(800) == [360, 640, 800]
    assert served_widths(200) == [200]


def test_an_opaque_picture_is_served_as_avif_webp_and_jpeg():
    variants = make_variants(a_picture((700, 350), kind=PictureKind.PHOTOGRAPH))

    served = {(v.format, v.width, v.height) for v in variants if not v.is_thumbnail}
    assert served == {(f, w, w // 2) for f in ("avif", "webp", "jpeg") for w in (360, 640, 700)}


def test_a_transparent_picture_stays_transparent_in_every_format():
    variants = make_variants(a_picture((400, 400), (20, 120, 120, 0)))

    assert {variant.format for variant in variants} == {"avif", "webp", "png"}
    for variant in variants:
        assert Image.open(io.BytesIO(variant.content)).convert("RGBA").getpixel((50, 50))[3] == 0


def test_every_variant_is_the_size_and_format_it_says():
    for variant in make_variants(a_picture((500, 900))):
        opened = Image.open(io.BytesIO(variant.content))

        assert opened.size == (variant.width, variant.height)
        assert opened.format.lower() == variant.format


@pytest.mark.parametrize("size", [(1000, 500), (500, 1000)])
def test_the_thumbnail_fits_its_square(size):
    (thumbnail,) = (variant for variant in make_variants(a_picture(size)) if variant.is_thumbnail)

    assert max(thumbnail.width, thumbnail.height) == 120
    assert thumbnail.format == "webp"


def test_a_srcset_lists_one_format_from_narrow_to_wide_without_the_thumbnail():
    variants = make_variants(a_picture((700, 700)))

    assert srcset(variants, "webp", lambda v: f"/m/{v.width}") == "/m/360 360w, /m/640 640w, /m/700 700w"


def test_what_is_served_says_nothing_of_where_and_with_what_it_was_made():
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825)[2] = (41.0, 8.0, 36.0)  # where it was taken
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRETCAMERA</x:xmpmeta>"
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(
        file, "JPEG", exif=exif, xmp=xmp, icc_profile=display_p3(), comment=b"SECRETCAMERA"
    )
    assert b"SECRETCAMERA" in file.getvalue()
    file.seek(0)

    for variant in make_variants(check_picture(file, PictureKind.PHOTOGRAPH)):
        opened = Image.open(io.BytesIO(variant.content))

        assert not opened.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & {name for name, value in opened.info.items() if value}
        assert b"SECRETCAMERA" not in variant.content
