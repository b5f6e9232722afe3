"""Words about a drawing and its pressing, for artists and for who can't see the pictures."""

from flask_babel import gettext as _

from storefront.catalog.pins import Metal, Pin, StepKind, Technique
from storefront.catalog.press_plans import Effect, PressPlan
from storefront.pressing.asking import NotFlat
from storefront.pressing.pressings import HANGING, PressWords, View
from storefront.progress import JobProgress, ProgressState
from storefront.web import trade_words
from storefront.web.colour_names import colour_name, different_names


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


def technique(value: Technique) -> tuple[str, str]:
    """Its name, and what it is like."""
    return {
        Technique.SOFT: (_("Soft"), _("Texture and shadows")),
        Technique.HARD: (_("Hard"), _("Smooth and polished")),
    }[value]


def named(plan: PressPlan) -> list[str]:
    """A name for every colour of the plan: the artist's, or a plain one."""
    return different_names(colour.name or colour_name(colour.hex) for colour in plan.colours)


def planned(pin: Pin, plan: PressPlan) -> str:
    """What a picture of the plan shows."""
    names = [name for name, colour in zip(named(plan), plan.colours, strict=True) if colour.joins is None]
    return _(
        "%(title)s as a pin: %(technique)s, %(metal)s; %(colours)s",
        title=pin.title,
        technique=trade_words.technique(plan.technique),
        metal=trade_words.metal(plan.metal),
        colours=", ".join(name.lower() for name in names),
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


def not_flat(refused: NotFlat) -> str:
    """Why a drawing can't be pressed as it is, with what was measured."""
    if refused.reason == "empty":
        return _("Nothing is drawn on it: all of it is transparent, or background.")
    share = {name: f"{round(value * 100)}" for name, value in refused.shares.items()}
    flat = _(
        "Only %(share)s%% of the drawing is flat colour; a pin needs %(limit)s%%.",
        share=share.get("share", "0"),
        limit=share.get("limit", "50"),
    )
    why = {
        "gradient": _(
            "%(part)s%% runs softly from one colour to another, as a gradient does.", part=share.get("fading", "0")
        ),
        "photograph": _("%(part)s%% changes from spot to spot, as in a photograph.", part=share.get("textured", "0")),
    }.get(refused.reason, "")
    return f"{flat} {why}".strip()


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
