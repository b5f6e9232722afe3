"""SVG artwork: what becomes pixels, and what is refused by which name."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from storefront.media.limits import UPLOAD
from storefront.media.refusals import PictureRefused, Refusal
from storefront.media.svg import DEEPEST, cleaned, rasterised
from storefront.media.uploads import PictureKind, check_picture

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">{}</svg>'
W3C = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'


def rewritten(body):
    return cleaned(SVG.format(body).encode(), 100)


def refusal_of(body):
    with pytest.raises(PictureRefused) as refused:
        rewritten(body)
    return refused.value.refusal


def size_of(attributes):
    text = cleaned(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'.encode(), 1000)
    return [int(text.partition(f' {name}="')[2].partition('"')[0]) for name in ("width", "height")]


def test_a_drawing_becomes_pixels_and_is_kept_as_it_came():
    drawing = (W3C + SVG.format("<style>.a{fill:#c0273f}</style><path class='a' d='M0 0h20v20H0z'/>")).encode()

    picture = check_picture(io.BytesIO(drawing), PictureKind.ARTWORK)

    pixels = Image.open(io.BytesIO(picture.content))
    assert (picture.format, picture.width, picture.height, picture.transparent) == ("png", 2000, 1000, True)
    assert pixels.getpixel((500, 500)) == (0xC0, 0x27, 0x3F, 255)
    assert pixels.getpixel((1500, 500))[3] == 0
    assert picture.drawing == drawing


def test_a_drawing_is_no_photograph():
    with pytest.raises(PictureRefused) as refused:
        check_picture(io.BytesIO(SVG.format("").encode()), PictureKind.PHOTOGRAPH)

    assert (refused.value.refusal, refused.value.details) == (Refusal.WRONG_FORMAT, {"found": "SVG"})


def test_a_drawing_that_draws_without_end_is_ended():
    endless = SVG.format('<rect width="40" height="20" opacity="0.5"/>' * 20_000).encode()

    with pytest.raises(PictureRefused) as refused:
        check_picture(io.BytesIO(endless), PictureKind.ARTWORK, limits=replace(UPLOAD, cpu_seconds=1))

    assert refused.value.refusal is Refusal.DRAWING_TOO_INVOLVED


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 40 20"', [1000, 500]),
        ('viewBox="-5,-5 20 40"', [500, 1000]),
        ('width="38mm" height="19mm"', [1000, 500]),
        ('width="100%" height="100%" viewBox="0 0 4 1"', [1000, 250]),
        ('width="10" height="10" viewBox="0 0 4 1"', [1000, 1000]),
        ('width="20000in" height="10000in"', [1000, 500]),
    ],
)
def test_the_proportions_are_the_drawings_own(attributes, size):
    assert size_of(attributes) == size


@pytest.mark.parametrize(
    "attributes",
    [
        "", 'width="10"', 'viewBox="0 0 0 9"', 'viewBox="0 0 9 -9"', 'viewBox="0 0 nan inf"', 'viewBox="0 0 9"', 'viewBox="0 0 1e9 1e9"',
        'width="1e999" height="9"', 'width="50%" height="50%"', 'viewBox="0 0 1000 1"',
    ],
)  # fmt: skip
def test_a_drawing_without_a_usable_size_is_refused(attributes):
    with pytest.raises(PictureRefused) as refused:
        size_of(attributes)

    assert refused.value.refusal is Refusal.DRAWING_NO_SIZE


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("<script/>", Refusal.DRAWING_SCRIPT),
        ("<defs><x:script xmlns:x='http://www.w3.org/1999/xhtml'/></defs>", Refusal.DRAWING_SCRIPT),
        ("<metadata><script/></metadata>", Refusal.DRAWING_SCRIPT),
        ("<g ONLOAD='x()'/>", Refusal.DRAWING_SCRIPT),
        ("<a href=' JavaScript:x()'><g/></a>", Refusal.DRAWING_SCRIPT),
        ("<a xlink:href='https://example.org/'><g/></a>", Refusal.DRAWING_OUTSIDE),
        ("<use xlink:href='other.svg#a'/>", Refusal.DRAWING_OUTSIDE),
        ("<rect fill='url(http://127.0.0.1/#a)'/>", Refusal.DRAWING_OUTSIDE),
        ("<rect style='fill: url( &quot;//example.org/a.svg#a&quot; )'/>", Refusal.DRAWING_OUTSIDE),
        ("<style>g{fill:u\\72l(/a)}</style>", Refusal.DRAWING_OUTSIDE),
        ("<style>@im/**/port 'a.css'; @import 'a.css'</style>", Refusal.DRAWING_OUTSIDE),
        ("<style><![CDATA[@font-face{src:url(data:font/woff2;base64,AA)}]]></style>", Refusal.DRAWING_OUTSIDE),
        ("<foreignObject/>", Refusal.DRAWING_FOREIGN),
        ("<b xmlns='http://www.w3.org/1999/xhtml'/>", Refusal.DRAWING_FOREIGN),
        ("<image href='data:image/png;base64,AA'/>", Refusal.DRAWING_PICTURE),
        ("<filter id='f'><feImage href='#a'/></filter>", Refusal.DRAWING_PICTURE),
        ("<text>Luna</text>", Refusal.DRAWING_TEXT),
        ("<g filter='url(#f)'/>", Refusal.DRAWING_EFFECT),
        ("<g style='opacity:1;filter:blur(9px)'/>", Refusal.DRAWING_EFFECT),
        ("<set attributeName='x'/>", Refusal.ANIMATED),
        ("<g id='a'><use href='#a'/></g>", Refusal.DRAWING_TOO_INVOLVED),
        ("<pattern id='p'><rect fill='url(#p)'/></pattern>", Refusal.DRAWING_TOO_INVOLVED),
        ("<g>" * DEEPEST + "</g>" * DEEPEST, Refusal.DRAWING_TOO_INVOLVED),
        ("<g/>" * 50_000, Refusal.DRAWING_TOO_INVOLVED),
    ],
)
def test_what_is_not_a_flat_drawing_of_its_own_is_refused_by_name(body, refusal):
    assert refusal_of(body) is refusal


@pytest.mark.parametrize(
    ("before", "refusal"),
    [
        ("<!DOCTYPE svg [<!ENTITY a 'b'>]>", Refusal.DRAWING_ENTITIES),
        ("<!DOCTYPE svg [<!ENTITY % a SYSTEM 'http://127.0.0.1/a.dtd'> %a;]>", Refusal.DRAWING_ENTITIES),
        ("<!DOCTYPE svg SYSTEM 'http://127.0.0.1/a.dtd'>", Refusal.DRAWING_OUTSIDE),
        ("<?xml-stylesheet href='a.css'?>", Refusal.DRAWING_OUTSIDE),
    ],
)
def test_what_stands_before_a_drawing_is_looked_at_too(before, refusal):
    with pytest.raises(PictureRefused) as refused:
        cleaned((before + SVG.format("")).encode(), 100)

    assert refused.value.refusal is refusal


@pytest.mark.parametrize("content", [b"<?xml version='1.0'?><html/>", b"<svgs xmlns='http://www.w3.org/2000/svg'/>"])
def test_other_xml_is_no_picture(content):
    with pytest.raises(PictureRefused) as refused:
        cleaned(content, 100)

    assert refused.value.refusal is Refusal.NOT_A_PICTURE


@pytest.mark.parametrize(
    "content",
    [
        SVG.format("<g>"), SVG.format("&undeclared;"), SVG.format("<g a='1' a='2'/>"), SVG.format("\x00"), SVG[:40],
        *(f"<?xml version='1.0' encoding='{name}'?>{SVG}" for name in ("nobodys", "rot13", "shift_jis", "idna", "utf-16")),
    ],
)  # fmt: skip
def test_what_is_not_xml_is_not_read(content):
    with pytest.raises(PictureRefused) as refused:
        rasterised(content.encode(), 100)

    assert refused.value.refusal is Refusal.DRAWING_BROKEN


def test_what_drawing_programs_add_for_themselves_is_left_out():
    text = rewritten(
        "<title>T</title><i:view xmlns:i='http://i.example/' on='1'><path/></i:view><filter id='f'><feBlur/></filter>"
        "<g xmlns:i='http://i.example/' i:href='C:/a.svg' filter='none'><path d='M0 0'/></g><!-- a comment -->"
    )

    assert text.endswith('><g filter="none"><path d="M0 0"></path></g></svg>')


def test_a_drawing_in_another_encoding_is_read():
    assert 'fill="#fff"' in cleaned(
        ("<?xml version='1.0' encoding='utf-16'?>" + SVG.format('<g fill="#fff"/>')).encode("utf-16"), 9
    )


def test_nothing_written_anew_can_leave_its_place():
    text = rewritten("<g id='&quot;&gt;&lt;script&gt;'/><style>a&gt;b{} &lt;/style&gt;</style>")

    assert "<script>" not in text
    assert text.count("</style>") == 1
