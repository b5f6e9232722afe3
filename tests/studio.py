"""The studio to test with: a signed-in member, what they type, and pictures they upload."""

from datetime import timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from factories import NOON, an_account, an_artist
from storefront.accounts.people import ArtistMember
from storefront.catalog.artworks import NewDrawing
from storefront.catalog.pins import Metal, Technique, Texture
from storefront.catalog.press_plans import ColourPlan, PressPlan

ARTIST = {
    "kind": "person", "name": "Ines Example", "city": "Porto", "birth_year": "1991", "website": "https://example.org/ines",
    "currency": "EUR", "statement": "I draw *moths*.",
}  # fmt: skip
PIN = {
    "title": "Luna", "technique": "soft", "metal": "gold", "texture": "polished", "width_tenths": "38", "height_tenths": "36,5",
    "thickness_tenths": "1.5", "backing": "rubber", "posts": "2", "shape": "Cut to the outline", "year": "2026",
    "colours-0-name": "Moth green", "colours-0-hex": "#A8D8C0", "story": "It flies at *night*.", "quote": "Night!",
    "meaning": "place", "meaning_note": "Porto",
}  # fmt: skip
EDITION = {
    "size": "10",
    "price_minor": "28.00",
    "policy": "ascending",
    "per_person": "1",
    "proofs": "2",
    "reserved": "",
    "reserved_note": "",
}
SHIPPING = {
    "days": "10", "zones-0-name": "Home", "zones-0-countries": "Portugal", "zones-0-first": "4.50", "zones-0-further": "1",
    "zones-1-name": "World", "zones-1-everywhere": "y", "zones-1-first": "12", "zones-1-further": "3",
    "excluded": "AQ", "rates-0-country": "Portugal", "rates-0-rate": "23",
}  # fmt: skip
OPENS_AT = NOON + timedelta(days=2)
DROP = {"title": "Luna", "zone": "Europe/Lisbon", "opens": "2026-06-03T13:00", "closes": "", "who_may_hold": "anyone"}


def a_member(session, artist=None, *, account_of=None, **account):
    """A confirmed account that works in an artist's studio, and the artist."""
    member = account_of or an_account(session, **account)
    artist = artist or an_artist(session)
    session.add(ArtistMember(account_id=member.id, artist_id=artist.id, joined_at=NOON))
    session.flush()
    return member, artist


def a_photo(size=(60, 40), kind="PNG", name="photo.png", **options):
    """A picture as a form's file."""
    file = BytesIO()
    Image.new("RGB", size, "#6fb9a8").save(file, kind, **options)
    file.seek(0)
    return file, name


def a_drawing(size=240):
    """A flat drawing as a form's file: an oval of green, a cream spot and a red one, in dark lines."""
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((size * 0.05, size * 0.1, size * 0.95, size * 0.9), "#6fb9a8", "#161615", 4)
    pen.ellipse((size * 0.2, size * 0.3, size * 0.45, size * 0.6), "#f7f0dc", "#161615", 4)
    pen.ellipse((size * 0.55, size * 0.3, size * 0.8, size * 0.6), "#c0273f", "#161615", 4)
    return _as_file(image, "drawing.png")


def some_regions():
    """A region map as it is kept: a square of region 1 around one of region 2."""
    image = Image.new("L", (40, 40), 0)
    pen = ImageDraw.Draw(image)
    pen.rectangle((4, 4, 35, 35), 1)
    pen.rectangle((14, 14, 25, 25), 2)
    return _as_file(image, "regions.png")[0].read()


def a_new_drawing(regions="regions"):
    """What was read in a drawing of those two regions."""
    return NewDrawing("drawing", regions, ("#6fb9a8", "#f7f0dc"), None, 1000, 1000)


def a_plan():
    colours = (ColourPlan("#6fb9a8"), ColourPlan("#f7f0dc"))
    return PressPlan(Technique.SOFT, Metal.GOLD, Texture.POLISHED, 380, colours)


def a_gradient(size=96):
    """What a pin can't be: no two of its columns have the same colour."""
    image = Image.linear_gradient("L").rotate(90).resize((size, size)).convert("RGB")
    return _as_file(image, "gradient.png")


def _as_file(image, name):
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return file, name
