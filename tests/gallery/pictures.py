"""The gallery's pictures: each is asked for by a few words, so that another process can draw it."""

import os
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from pinart.failing_motifs import FAILING
from storefront.demo.motifs import MOTIFS
from storefront.demo.pictures import MAKER, PRESSINGS
from storefront.pinart.back import back
from storefront.pinart.checking import press_check
from storefront.pinart.choices import Step
from storefront.pinart.night import in_the_dark
from storefront.pinart.paper import on_dark, on_paper
from storefront.pinart.picture import Look, front
from storefront.pinart.stages import stage

SIZE = 220
SHEET = 600
GROUNDS = {"paper": on_paper, "dark": on_dark}
FAILS = {motif.rule.value: motif for motif in FAILING}


@dataclass(frozen=True)
class Asked:
    """One picture: a motif by key, its look and the view of it; an effect is in every colour."""

    motif: str
    metal: str
    enamel: str
    view: str = "front"
    texture: str = "polished"
    effect: str = "plain"
    size: int = SIZE

    @property
    def words(self) -> str:
        extras = [extra for extra in (self.texture, self.effect) if extra not in {"polished", "plain"}]
        return " ".join([self.motif, self.metal.replace("_", " "), self.enamel, self.view, *extras])


def drawn(asked: Asked) -> str:
    """The picture as a data URL."""
    file = BytesIO()
    _picture(asked).save(file, "WEBP", quality=82, method=3)
    return "data:image/webp;base64," + b64encode(file.getvalue()).decode()


def at_leisure() -> None:
    """Others have work to do on this machine, too."""
    os.nice(5)


def _picture(asked: Asked) -> Image.Image:
    artwork = _artwork(asked)
    effects = dict.fromkeys(artwork.colours, asked.effect)
    look = Look(asked.metal, asked.enamel, texture=asked.texture, effects=effects)
    if asked.view == "back":
        return back(artwork, look, asked.size, PRESSINGS[asked.motif].label, asked.motif.title(), MAKER)
    if asked.view == "night":
        return in_the_dark(artwork, look, asked.size)
    if asked.view in set(Step):
        return stage(artwork, look, asked.view, asked.size)
    face = front(artwork, look, asked.size)
    if asked.view == "marked":
        face.alpha_composite(press_check(artwork, FAILS[asked.motif].millimetres).marks(asked.size))
    return GROUNDS[asked.view](face) if asked.view in GROUNDS else face


def _artwork(asked: Asked):
    if asked.motif in FAILS:
        return FAILS[asked.motif].artwork(SHEET)
    return next(motif for motif in MOTIFS if motif.key == asked.motif).artwork(SHEET)
