"""The catalogue's own words, as a page says them."""

from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.catalog.artists import Artist, ArtistKind
from storefront.catalog.drops import WhoMayHold
from storefront.catalog.editions import NumberPolicy
from storefront.catalog.pins import Backing, Meaning, Metal, Pin, StepKind, Technique, Texture
from storefront.web.formats import comma_list, decimal


def technique(value: Technique) -> str:
    return {Technique.SOFT: _("soft enamel"), Technique.HARD: _("hard enamel")}[value]


def metal(value: Metal) -> str:
    return {
        Metal.GOLD: _("gold plate"),
        Metal.SILVER: _("silver plate"),
        Metal.BLACK_NICKEL: _("black nickel"),
        Metal.ANTIQUE_BRASS: _("antique brass"),
        Metal.COPPER: _("copper plate"),
        Metal.ROSE_GOLD: _("rose gold plate"),
    }[value]


def texture(value: Texture) -> str:
    return {Texture.POLISHED: _("polished"), Texture.SANDBLASTED: _("sandblasted")}[value]


def backing(value: Backing) -> str:
    return {
        Backing.RUBBER: _("rubber clutch"),
        Backing.BUTTERFLY: _("butterfly clutch"),
        Backing.LOCKING: _("locking clutch"),
        Backing.MAGNET: _("magnet"),
    }[value]


def meaning(value: Meaning) -> str:
    return {
        Meaning.PLACE: _("a place"),
        Meaning.FANDOM: _("a fandom"),
        Meaning.CAUSE: _("a cause"),
        Meaning.ARTWORK: _("an artwork"),
        Meaning.MEMORY: _("a memory"),
    }[value]


def step(value: StepKind) -> tuple[str, str]:
    """A making step's name, and what happens in it where the artist has not said it."""
    return {
        StepKind.MOLD: (_("Mold"), _("The drawing is cut into a steel die, mirrored.")),
        StepKind.STRIKE: (_("Strike"), _("A press drives the metal into the die.")),
        StepKind.POLISH: (_("Polish"), _("Edges are trimmed, then tumbled smooth.")),
        StepKind.PLATE: (_("Plate"), _("A bath lays the finish over the metal.")),
        StepKind.COLOUR: (_("Colour"), _("Each cell is filled with enamel by hand.")),
        StepKind.BAKE: (_("Bake"), _("Heat sets the enamel for good.")),
    }[value]


def material(pin: Pin) -> str:
    """Enamel and metal: "Soft enamel, gold plate"."""
    said = _("%(technique)s, %(metal)s", technique=technique(pin.technique), metal=metal(pin.metal))
    return sentence(said)


def millimetres(pin: Pin) -> str:
    """Width by height: "38 × 36 mm"."""
    return _("%(width)s × %(height)s mm", width=tenths(pin.width_tenths), height=tenths(pin.height_tenths))


def tenths(value: int) -> str:
    return decimal(value / 10, "0.#")


def life(artist: Artist) -> str:
    """Birth and city, or as much of it as there is: "b. 1991, Porto"."""
    born = _("b. %(year)s", year=artist.birth_year) if artist.birth_year else ""
    return comma_list(part for part in (born, artist.city) if part)


def kind(value: ArtistKind) -> str:
    return {
        ArtistKind.PERSON: _("Artist"),
        ArtistKind.MUSEUM: _("Museum"),
        ArtistKind.GALLERY: _("Gallery"),
    }[value]


def rule(value: NumberPolicy) -> str:
    """How numbers are handed out, in one sentence."""
    return {
        NumberPolicy.ASCENDING: _("Numbers are sold in order: you get the next free one."),
        NumberPolicy.SEALED: _("Numbers are shuffled and sealed: you learn yours when you have paid."),
        NumberPolicy.PICK: _("Pick any free number from the wall, or take the lowest."),
    }[value]


def limit(per_person: int) -> str:
    if per_person == 1:
        return _("One per person.")
    return ngettext("%(num)s per person.", "Up to %(num)s per person.", per_person)


def who_may_hold(value: WhoMayHold) -> str:
    return {
        WhoMayHold.ANYONE: "",
        WhoMayHold.CONFIRMED: _("For confirmed e-mail addresses: sign in before you hold a number."),
        WhoMayHold.ACCOUNTS: _("For people with an account: sign in before you hold a number."),
    }[value]


def sentence(words: str) -> str:
    """With a capital first letter, the rest as it is."""
    return words[:1].upper() + words[1:]
