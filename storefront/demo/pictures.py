"""The demo's pictures: every motif pressed in its metal, front, back and the six steps of its making."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image

from storefront.demo.motifs import MOTIFS, Motif
from storefront.pinart.artwork import METAL, Artwork
from storefront.pinart.back import Blank, blank_back, engrave
from storefront.pinart.blanks import packed
from storefront.pinart.choices import Step
from storefront.pinart.picture import Look, front
from storefront.pinart.relight import relight_pair
from storefront.pinart.stages import stage

SHEET = 2000
LARGE, SMALL, LIGHT_SIZE = 1000, 520, 720
DRAWING = 1400
LINES = "#1f1b18"
LIGHT = ("albedo", "surface")
MAKER = "Vitrine"


@dataclass(frozen=True)
class Pressing:
    """How a motif is made for the demo: its look, its longest side and the number on its sample back."""

    look: Look
    millimetres: int
    label: str


PRESSINGS = {
    "luna": Pressing(Look("gold", "soft"), 40, "17/100"),
    "rose": Pressing(Look("black_nickel", "hard"), 44, "3/250"),
    "crane": Pressing(Look("gold", "hard"), 42, "8/50"),
    "moonrise": Pressing(Look("silver", "hard"), 38, "31/150"),
    "teacup": Pressing(Look("rose_gold", "hard"), 36, "4/80"),
    "cactus": Pressing(Look("copper", "soft"), 40, "22/120"),
    "lighthouse": Pressing(Look("antique_brass", "soft"), 38, "11/75"),
    "octopus": Pressing(Look("gold", "soft"), 45, "8/88"),
}


@dataclass(frozen=True)
class DemoPictures:
    """Where one motif's pictures lie, all on a transparent ground."""

    front: Path
    back: Path
    stages: dict[Step, Path]
    blank: Path
    """The back that takes numbers, as pinart.blanks packs it."""
    light: dict[str, Path]
    """The front's colour and surface, for a browser to turn it in the light."""
    drawing: Path
    """What the artist drew, in flat colours."""
    regions: Path
    """Which colour fills each of its pixels, by its place in `drawn_colours`; 0 is the air around."""

    @property
    def all(self) -> list[Path]:
        return [self.front, self.back, *self.stages.values()]

    @property
    def files(self) -> list[Path]:
        return [*self.all, self.blank, *self.light.values(), self.drawing, self.regions]


def _quiet(done: int, of: int) -> None:
    """No progress is shown."""


def render_demo_pictures(
    folder: Path, progress: Callable[[int, int], None] = _quiet, *, scale: float = 1.0
) -> dict[str, DemoPictures]:
    """Pictures of all motifs by key; what the folder has already is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {motif.key: demo_pictures(folder, motif.key) for motif in MOTIFS}
    missing = [(key, path) for key, pictures in wanted.items() for path in pictures.files if not path.exists()]
    if not missing:
        return wanted
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_render, key, path, scale) for key, path in missing]
        for done, job in enumerate(jobs, start=1):
            job.result()
            progress(done, len(jobs))
    return wanted


def demo_pictures(folder: Path, key: str) -> DemoPictures:
    """The names under which a motif's pictures are kept."""
    stages = {step: folder / f"{key}-{number}-{step}.webp" for number, step in enumerate(Step, start=1)}
    light = {kind: folder / f"{key}-{kind}.webp" for kind in LIGHT}
    blank = folder / f"{key}-blank.npz"
    drawn = [folder / f"{key}-{kind}.png" for kind in ("drawing", "regions")]
    return DemoPictures(folder / f"{key}-front.webp", folder / f"{key}-back.webp", stages, blank, light, *drawn)


def drawn_colours(motif: Motif) -> tuple[str, ...]:
    """The colours of the drawing in the order of its regions: its enamels, and last that of the metal's lines."""
    return (*(colour.hex for colour in motif.palette), LINES)


def _render(key: str, path: Path, scale: float) -> None:
    (motif,) = (motif for motif in MOTIFS if motif.key == key)
    unfinished = path.with_suffix(f".{os.getpid()}")
    if path.suffix == ".npz":
        unfinished.write_bytes(packed(_blank(motif, scale)))
    elif path.suffix == ".png":
        _drawn(motif, path.stem.rpartition("-")[2], scale).save(unfinished, format="PNG")
    elif (kind := path.stem.rpartition("-")[2]) in LIGHT:
        pair = relight_pair(motif.artwork(round(SHEET * scale)), PRESSINGS[key].look, round(LIGHT_SIZE * scale))
        unfinished.write_bytes(pair.webp()[LIGHT.index(kind)])
    else:
        _pressed(motif, kind, scale).save(unfinished, format="WEBP", quality=94, method=4)
    unfinished.replace(path)


def _pressed(motif: Motif, kind: str, scale: float) -> Image.Image:
    pressing = PRESSINGS[motif.key]
    artwork: Artwork = motif.artwork(round(SHEET * scale))
    if kind == "front":
        return front(artwork, pressing.look, round(LARGE * scale))
    if kind == "back":
        return engrave(_blank(motif, scale), pressing.label, motif.title, MAKER)
    return stage(artwork, pressing.look, Step(kind), round(SMALL * scale))


def _drawn(motif: Motif, kind: str, scale: float) -> Image.Image:
    """Flat colour by colour number: the map itself, or the picture of it."""
    colours = drawn_colours(motif)
    ids = motif.draw(round(DRAWING * scale))
    regions = np.where(ids == METAL, np.uint8(len(colours)), ids)
    if kind == "regions":
        return Image.fromarray(regions)
    table = np.zeros((256, 4), np.uint8)
    for region, colour in enumerate(colours, start=1):
        table[region] = (*bytes.fromhex(colour.removeprefix("#")), 255)
    return Image.fromarray(table[regions])


def _blank(motif: Motif, scale: float) -> Blank:
    return blank_back(motif.artwork(round(SHEET * scale)), PRESSINGS[motif.key].look, round(LARGE * scale))
