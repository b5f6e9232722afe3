"""The printed sheet is read by a camera, and says what its page says."""

from io import BytesIO

import pypdfium2
import pytest
import resvg_py
import segno
import zxingcpp
from PIL import Image

from storefront.printing.certificate import Sheet, Words, as_pdf

ADDRESS = "https://pins.a-museum-with-a-long-name.example.org/v/7KQ2M9XD39AB"
ENGLISH = Words(
    "Certificate", (("Issued", "1 June 2026"), ("History", "Sold by the artist.")), "Look.", "Key 12ab.", "Plan."
)
ARABIC = Words("شهادة", (("صدرت", "1 June 2026"),), "انظر", "مفتاح", "خطة")


def a_sheet(**changed):
    facts = {"number": "39", "of": "/100", "title": "Lúna", "by": "Inês Varela, 2026", "code": "7KQ2-M9XD-39AB"}
    return Sheet(**{**facts, "address": ADDRESS, "words": (ENGLISH,), **changed})


def a_picture(size=(300, 200)):
    file = BytesIO()
    Image.new("RGBA", size, (200, 30, 30, 128)).save(file, "PNG")
    return file.getvalue()


def printed(pdf, dots_per_inch):
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0].render(scale=dots_per_inch / 72).to_pil()


def words_of(pdf):
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


@pytest.fixture(autouse=True)
def faces(built_fonts):
    """What it is set in."""


def test_its_code_is_read_from_paper_and_from_a_small_copy(capsys):
    pdf = as_pdf(a_sheet(), [a_picture(), a_picture()])
    paper = printed(pdf, 300)
    (found,) = zxingcpp.read_barcodes(paper)
    corners = found.position
    millimetres = (corners.top_right.x - corners.top_left.x) / 300 * 25.4

    assert found.text == ADDRESS
    assert millimetres >= 15
    small = paper.resize([round(side * 15 / millimetres) for side in paper.size])  # as if it were printed at 15 mm
    assert [one.text for one in zxingcpp.read_barcodes(small)] == [ADDRESS]


def test_nothing_is_printed_within_the_codes_quiet_zone():
    paper = printed(as_pdf(a_sheet(), []), 300).convert("L")
    (found,) = zxingcpp.read_barcodes(paper)
    corners, modules = found.position, len(list(segno.make(ADDRESS, error="m", micro=False).matrix))
    module = (corners.top_right.x - corners.top_left.x) / modules
    left, top, right, bottom = corners.top_left.x, corners.top_left.y, corners.top_right.x, corners.bottom_left.y
    quiet = 3.5 * module
    for box in (
        (left - quiet, top - quiet, right + quiet, top - module / 2),
        (left - quiet, bottom + module / 2, right + quiet, bottom + quiet),
        (left - quiet, top, left - module / 2, bottom),
        (right + module / 2, top, right + quiet, bottom),
    ):
        assert paper.crop([round(side) for side in box]).getextrema()[0] > 250


def test_it_says_all_of_it_and_the_same_sheet_is_the_same_bytes():
    pdf = as_pdf(a_sheet(), [a_picture()])
    text = words_of(pdf)
    for part in ("39", "/100", "Lúna", "Inês Varela, 2026", "7KQ2-M9XD-39AB", "Sold by the artist.", "Key 12ab."):
        assert part in text
    assert as_pdf(a_sheet(), [a_picture()]) == pdf


def test_words_our_faces_cannot_write_give_way_to_those_they_can():
    text = words_of(as_pdf(a_sheet(words=(ARABIC, ENGLISH), title="月 Luna"), []))
    assert "Certificate" in text
    assert "Luna" in text


@pytest.mark.parametrize(
    "title", ["L", "A title that is much longer than any sheet of paper is wide, and goes on and on " * 2]
)
def test_a_long_title_stays_on_the_sheet(title):
    paper = printed(as_pdf(a_sheet(title=title), [a_picture((10, 900))]), 72).convert("L")
    width, height = paper.size
    assert paper.crop((width - 40, 0, width, height)).getextrema()[0] > 250


def test_the_pages_own_code_is_read_at_15_millimetres():
    drawn = BytesIO()
    segno.make(ADDRESS, error="m", micro=False).save(drawn, kind="svg", border=4, light="#fff", omitsize=True)
    picture = bytes(resvg_py.svg_to_bytes(svg_string=drawn.getvalue().decode(), width=round(15 / 25.4 * 300)))
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)).convert("RGB"))
    assert found.text == ADDRESS
