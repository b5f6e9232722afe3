"""What garments and the places on them are called. Left and right are the wearer's."""

from collections.abc import Sequence

from flask_babel import gettext as _

from storefront.wearing.garments import Garment
from storefront.web.cutouts import CutOut
from storefront.web.formats import comma_list, decimal


def garment(name: str) -> str:
    """On a button: "Jacket"."""
    return {"jacket": _("Jacket"), "tote": _("Tote bag"), "hat": _("Hat"), "lanyard": _("Lanyard")}[name]


def drawn(name: str) -> str:
    """What the drawing shows, at the beginning of a sentence."""
    return {
        "jacket": _("A denim jacket"),
        "tote": _("A canvas tote bag"),
        "hat": _("A bucket hat"),
        "lanyard": _("A lanyard and its pass"),
    }[name]


def scale(worn: Garment, pins: Sequence[CutOut]) -> str:
    """How large all of it is in truth."""
    told = {
        "jacket": _(
            "Everything is at one scale: the jacket measures %(span)s mm from sleeve to sleeve", span=worn.span
        ),
        "tote": _("Everything is at one scale: the bag is %(span)s mm wide", span=worn.span),
        "hat": _("Everything is at one scale: the hat measures %(span)s mm from brim to brim", span=worn.span),
        "lanyard": _("Everything is at one scale: the strap is %(span)s mm wide", span=worn.span),
    }[worn.name]
    sizes = dict.fromkeys(_("%(title)s %(width)s mm", title=pin.title, width=decimal(pin.width)) for pin in pins)
    return comma_list((told, *sizes)) + "."


def area(name: str) -> str:
    return {
        "left-collar": _("left collar"),
        "right-collar": _("right collar"),
        "left-chest": _("left chest"),
        "right-chest": _("right chest"),
        "left-pocket": _("left pocket"),
        "right-pocket": _("right pocket"),
        "left-front": _("left front, below the pocket"),
        "right-front": _("right front, below the pocket"),
        "middle": _("middle"),
        "upper-left": _("upper left"),
        "upper-right": _("upper right"),
        "lower-left": _("lower left"),
        "lower-right": _("lower right"),
        "front": _("front"),
        "left-side": _("left side"),
        "right-side": _("right side"),
        "brim": _("brim"),
        "left-upper-strap": _("left strap, high"),
        "right-upper-strap": _("right strap, high"),
        "left-lower-strap": _("left strap, low"),
        "right-lower-strap": _("right strap, low"),
    }[name]


def whole(worn: Garment, places: Sequence[tuple[str, str]]) -> str:
    """The picture in words: "A denim jacket with Luna (left collar) and Moonrise (right chest)."."""
    said = [_("%(pin)s (%(place)s)", pin=title, place=place) for title, place in places]
    if not said:
        return f"{drawn(worn.name)}."
    pins = _("%(some)s and %(last)s", some=comma_list(said[:-1]), last=said[-1]) if said[1:] else said[0]
    return _("%(garment)s with %(pins)s.", garment=drawn(worn.name), pins=pins)
