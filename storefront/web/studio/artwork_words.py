"""Words about a drawing and its pressing, for artists and for who can't see the pictures."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.catalog.pins import Metal, Pin, StepKind, Technique, Texture
from storefront.catalog.press_plans import PressPlan
from storefront.pinart.choices import Effect
from storefront.pressing.pressings import HANGING, PressWords, View
from storefront.progress import JobProgress, ProgressState
from storefront.web import trade_words
from storefront.web.colour_names import colour_name, different_names
from storefront.web.formats import comma_list

HALF, NEARLY_ALL = 0.5, 0.9


def effect(value: Effect) -> str:
    return {
        Effect.PLAIN: _("Plain"),
        Effect.GLITTER: _("Glitter"),
        Effect.TRANSLUCENT: _("Translucent"),
        Effect.GLOW: _("Glows in the dark"),
    }[value]


def metal(value: Metal) -> str:
    return {
        Metal.GOLD: _("Gold"),
        Metal.SILVER: _("Silver"),
        Metal.BLACK_NICKEL: _("Black nickel"),
        Metal.ANTIQUE_BRASS: _("Antique brass"),
        Metal.COPPER: _("Copper"),
        Metal.ROSE_GOLD: _("Rose gold"),
    }[value]


def texture(value: Texture) -> tuple[str, str]:
    """Its name, and what it is like."""
    return {
        Texture.POLISHED: (_("Polished"), _("Shines like a mirror")),
        Texture.SANDBLASTED: (_("Sandblasted"), _("Matt and grainy")),
    }[value]


def technique(value: Technique) -> tuple[str, str]:
    """Its name, and what it is like."""
    return {
        Technique.SOFT: (_("Soft"), _("Texture and shadows")),
        Technique.HARD: (_("Hard"), _("Smooth and polished")),
    }[value]


def named(plan: PressPlan) -> list[str]:
    """A name for every colour of the plan: the artist's, or a plain one."""
    return different_names(colour.name or colour_name(colour.hex) for colour in plan.colours)


def counted(plan: PressPlan) -> str:
    """How many colours were drawn, and how many of them are enamel."""
    drawn, enamels = len(plan.colours), len(plan.enamels())
    found = ngettext("%(num)s colour in the drawing", "%(num)s colours in the drawing", drawn)
    if enamels == drawn:
        return found
    return _("%(found)s, %(enamels)s of them enamel", found=found, enamels=enamels)


def planned(pin: Pin, plan: PressPlan) -> str:
    """What a picture of the plan shows."""
    names = [name for name, colour in zip(named(plan), plan.colours, strict=True) if colour.joins is None]
    return _(
        "%(title)s as a pin: %(technique)s, %(metal)s; %(colours)s",
        title=pin.title,
        technique=trade_words.technique(plan.technique),
        metal=trade_words.metal(plan.metal),
        colours=comma_list(name.lower() for name in names),
    )


def press_words(pin: Pin, plan: PressPlan) -> PressWords:
    alts = {
        View.FRONT.value: planned(pin, plan),
        View.BACK.value: _("The back of the pin %(title)s, with its posts and a plate for the number", title=pin.title),
        **{
            kind.value: _("%(title)s after the step: %(step)s", title=pin.title, step=trade_words.step(kind)[0])
            for kind in StepKind
        },
    }
    return PressWords(title=pin.title, maker=pin.artist.name, alts=alts, colours=named(plan))


def not_flat(reason: str, shares: Mapping[str, float]) -> str:
    """Why a drawing can't be pressed as it is, with what was measured, as the renderer's NotFlat tells it."""
    if reason == "empty":
        return _("Nothing is drawn on it: all of it is transparent, or background.")
    part = shares["fading"] if reason == "gradient" else shares["textured"]
    figures = {"much": _much(part), "part": min(99, round(part * 100)), "limit": round(shares["limit"] * 100)}
    if reason == "gradient":
        return _(
            "%(much)s runs softly from one colour to another (%(part)s%%). A pin is made of areas of one colour each: "
            "at least %(limit)s%% of its drawing.",
            **figures,
        )
    return _(
        "%(much)s changes from spot to spot, as a photograph does (%(part)s%%). A pin is made of areas of one colour each: "
        "at least %(limit)s%% of its drawing.",
        **figures,
    )


def _much(part: float) -> str:
    if part < HALF:
        return _("Much of it")
    return _("Most of it") if part < NEARLY_ALL else _("Almost all of it")


def step_of(progress: JobProgress) -> str:
    """What the press is doing now."""
    if progress.state is ProgressState.WAITING:
        return _("Waiting for the press…")
    return {
        View.FRONT: _("Drawing the front…"),
        View.BACK: _("Drawing the back…"),
        View.MOLD: _("Cutting the mold…"),
        View.STRIKE: _("Striking…"),
        View.POLISH: _("Polishing…"),
        View.PLATE: _("Plating…"),
        View.COLOUR: _("Filling in colour…"),
        View.BAKE: _("Baking…"),
        View.LIGHT: _("Catching the light…"),
        HANGING: _("Hanging the pictures…"),
    }.get(progress.label, _("Warming up…"))
