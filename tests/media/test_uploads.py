import io
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageCms

from media.hostile import chunk, png
from media.profiles import display_p3, odd_inks
from storefront.media.limits import UPLOAD
from storefront.media.refusals import PictureRefused, Refusal
from storefront.media.uploads import PictureKind, check_picture

ARTWORK, PHOTOGRAPH = PictureKind.ARTWORK, PictureKind.PHOTOGRAPH
RED, BLUE = (200, 30, 40), (20, 40, 180)


def encoded(image, image_format, **options):
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()


def two_colours(mode="RGB", size=(60, 40)):
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def noise(size=(300, 200)):
    pixels = np.random.default_rng(5).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def checked(content, kind=PHOTOGRAPH, **limits):
    return check_picture(io.BytesIO(content), kind, limits=replace(UPLOAD, **limits))


def refusal_of(content, kind=PHOTOGRAPH, **limits):
    with pytest.raises(PictureRefused) as refused:
        checked(content, kind, **limits)
    return refused.value


def outcome(content):
    try:
        return checked(content).width
    except PictureRefused as refused:
        return refused.refusal


def pixels_of(picture):
    return Image.open(io.BytesIO(picture.content))


def red_and_blue_exchanged():
    """sRGB's own profile under another name, its red primary standing where the blue one was."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    return profile.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_saying(width, height, data=b""):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_becomes_an_opaque_jpeg_of_its_size(image_format):
    picture = checked(encoded(two_colours(), image_format))

    assert (picture.format, picture.width, picture.height, picture.transparent) == ("jpeg", 60, 40, False)
    assert pixels_of(picture).mode == "RGB"


def test_artwork_keeps_every_colour_exactly_and_what_is_transparent():
    art = two_colours("RGBA")
    art.paste((0, 0, 0, 0), (0, 0, 10, 10))

    picture = checked(encoded(art, "PNG"), ARTWORK)

    assert (picture.format, picture.transparent) == ("png", True)
    assert pixels_of(picture).getpixel((5, 5))[3] == 0
    assert pixels_of(picture).getpixel((20, 20)) == (*RED, 255)


def test_opaque_artwork_is_not_called_transparent():
    picture = checked(encoded(two_colours(), "PNG"), ARTWORK)

    assert pixels_of(picture).mode == "RGBA"
    assert not picture.transparent


def test_a_palette_picture_with_a_transparent_colour_stays_transparent():
    art = two_colours().quantize(2)

    picture = checked(encoded(art, "PNG", transparency=art.getpixel((0, 0))), ARTWORK)

    assert picture.transparent
    assert pixels_of(picture).getpixel((50, 20)) == (*BLUE, 255)


def test_a_transparent_photograph_is_laid_on_white():
    picture = checked(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"))

    assert pixels_of(picture).getpixel((4, 4)) == (255, 255, 255)


def test_a_picture_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side

    picture = checked(encoded(two_colours(), "JPEG", exif=exif))

    assert (picture.width, picture.height) == (40, 60)


def test_sixteen_bits_of_grey_are_scaled_rather_than_clipped():
    grey = Image.fromarray(np.full((20, 20), 32_896, np.uint16))

    picture = checked(encoded(grey, "PNG"), ARTWORK)

    assert pixels_of(picture).getpixel((10, 10)) == (128, 128, 128, 255)


def test_print_colours_come_out_as_screen_colours():
    picture = checked(encoded(two_colours("CMYK"), "JPEG", quality=98))

    red, green, blue = pixels_of(picture).getpixel((10, 20))
    assert red > 150 > green
    assert red > blue


def test_colours_are_read_through_the_profile_in_the_file():
    picture = checked(encoded(two_colours(), "PNG", icc_profile=red_and_blue_exchanged()), ARTWORK)

    red, _, blue, _ = pixels_of(picture).getpixel((5, 5))
    assert blue > 180
    assert red < 60


def test_print_colours_are_read_through_their_profile():
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))

    picture = checked(encoded(cyan, "JPEG", quality=98, icc_profile=odd_inks()))

    red, green, blue = pixels_of(picture).getpixel((8, 8))
    assert red > 200
    assert max(green, blue) < 60


def test_a_phones_wide_colours_come_out_as_everybodys():
    wide = Image.new("RGB", (16, 16), (234, 51, 35))  # what its profile calls the purest red of sRGB

    picture = checked(encoded(wide, "PNG", icc_profile=display_p3()), ARTWORK)

    red, green, blue, _alpha = pixels_of(picture).getpixel((8, 8))
    assert red > 250
    assert max(green, blue) < 12


def test_sixteen_bits_of_colour_are_taken():
    row = b"\0" + struct.pack(">3H", 51_400, 7_710, 10_280) * 4
    deep = png(4, 4, data=(chunk(b"IDAT", zlib.compress(row * 4)),), depth=16)

    picture = checked(deep, ARTWORK)

    assert pixels_of(picture).getpixel((2, 2)) == (*RED, 255)


def test_sixteen_bits_of_grey_that_show_through_are_taken():
    row = b"\0" + struct.pack(">2H", 32_896, 65_535) * 2 + struct.pack(">2H", 32_896, 0) * 2
    deep = png(4, 4, data=(chunk(b"IDAT", zlib.compress(row * 4)),), depth=16, colour=4)

    picture = checked(deep, ARTWORK)

    assert [pixels_of(picture).getpixel((x, 2)) for x in (0, 3)] == [(128, 128, 128, 255), (128, 128, 128, 0)]
    assert picture.transparent


def test_colours_that_are_srgb_already_are_left_exactly_as_they_are():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    picture = checked(encoded(two_colours(), "PNG", icc_profile=srgb), ARTWORK)

    assert pixels_of(picture).getpixel((5, 5)) == (*RED, 255)


def test_a_broken_profile_is_passed_over():
    picture = checked(encoded(two_colours(), "PNG", icc_profile=b"not a profile at all" * 20), ARTWORK)

    assert pixels_of(picture).getpixel((5, 5)) == (*RED, 255)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_nothing_the_file_says_about_its_maker_survives(image_format):
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    options = {"JPEG": {"comment": b"SECRETCAMERA"}, "PNG": {}, "WEBP": {"xmp": b"SECRETCAMERA"}}[image_format]

    for kind in PictureKind:
        picture = checked(encoded(two_colours(), image_format, exif=exif, **options), kind)

        assert b"SECRETCAMERA" not in picture.content


def test_the_same_upload_has_the_same_digest():
    upload = encoded(noise(), "WEBP")

    assert checked(upload).digest == checked(upload).digest


def test_a_file_over_the_limit_is_refused_with_the_limit():
    refused = refusal_of(encoded(noise(), "PNG"), file_bytes=1000)

    assert refused.refusal is Refusal.TOO_BIG
    assert refused.details == {"limit_bytes": 1000}


def test_a_bomb_is_refused_before_it_is_unpacked():
    refused = refusal_of(png_saying(50_000, 50_000))

    assert refused.refusal is Refusal.TOO_MANY_PIXELS
    assert (refused.details["width"], refused.details["limit_pixels"]) == (50_000, 40_000_000)


def test_a_very_long_picture_is_refused():
    assert refusal_of(png_saying(12_001, 2)).refusal is Refusal.TOO_MANY_PIXELS


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_truncated_file_is_refused(image_format, share):
    whole = encoded(noise(), image_format)

    assert refusal_of(whole[: int(len(whole) * share)]).refusal is Refusal.BROKEN


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
def test_an_animation_is_refused(image_format):
    moving = encoded(noise(), image_format, save_all=True, append_images=[two_colours(size=(300, 200))])

    assert refusal_of(moving).refusal is Refusal.ANIMATED


def test_the_second_view_in_a_phones_photograph_is_ignored():
    stereo = encoded(noise(), "MPO", save_all=True, append_images=[two_colours(size=(300, 200))])

    assert checked(stereo).width == 300


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (encoded(two_colours("P"), "GIF"), "GIF"),
        (encoded(two_colours(), "EPS"), "EPS"),
        (encoded(two_colours(), "TIFF"), "TIFF"),
        (encoded(two_colours(), "BMP"), "BMP"),
        (encoded(two_colours(), "AVIF"), "AVIF"),
        (encoded(two_colours(), "PDF"), "PDF"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_formats_are_refused_by_name_whatever_the_file_is_called(content, found):
    refused = refusal_of(content)

    assert refused.refusal is Refusal.WRONG_FORMAT
    assert refused.details == {"found": found}


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG", b"PK\x03\x04" + b"x" * 400, bytes(400)])
def test_what_is_no_picture_is_refused(content):
    assert refusal_of(content).refusal is Refusal.NOT_A_PICTURE


@pytest.mark.parametrize(
    "passenger",
    [b"<script>alert(1)</script>", b"<?php system('x'); ?>", b"<HTML><body>", b"PK\x05\x06" + bytes(18)],
)
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_also_something_else_is_refused(image_format, passenger):
    assert refusal_of(encoded(two_colours(), image_format) + passenger).refusal is Refusal.NOT_A_PICTURE


def test_markup_hidden_in_a_comment_is_refused():
    polyglot = encoded(two_colours(), "JPEG", comment=b"<!DOCTYPE html><p>")

    assert refusal_of(polyglot).refusal is Refusal.NOT_A_PICTURE


def test_a_picture_that_takes_too_long_is_refused():
    assert refusal_of(encoded(two_colours(), "PNG"), wall_seconds=0.001).refusal is Refusal.TOO_SLOW


def test_a_picture_that_needs_too_much_memory_is_refused():
    roomy = encoded(Image.new("RGB", (6000, 6000)), "PNG")

    assert refusal_of(roomy, memory_bytes=120 * 1024 * 1024).refusal is Refusal.BROKEN


def test_flipped_bits_are_either_a_picture_or_a_refusal():
    rng = np.random.default_rng(11)
    for image_format in ("JPEG", "PNG", "WEBP"):
        whole = np.frombuffer(encoded(noise((80, 60)), image_format), np.uint8)
        for _ in range(4):
            damaged = whole.copy()
            damaged[rng.integers(12, len(whole), 6)] ^= rng.integers(1, 255, 6, dtype=np.uint8)

            assert outcome(damaged.tobytes()) in {80, *Refusal}
