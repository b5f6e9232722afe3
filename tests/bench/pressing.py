"""What the pin press costs: one pressing each in a process of its own, in processor time and memory.

python -m bench.pressing soft_1200
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from storefront.catalog.pins import Metal, Technique, Texture
from storefront.catalog.press_plans import BARE_METAL, ColourPlan, PressPlan
from storefront.demo.motifs import MOTIFS
from storefront.pinart.artwork import METAL
from storefront.pinart.back import blank_back, engrave
from storefront.pinart.limits import PUBLISHED
from storefront.pinart.picture import Look, front
from storefront.pressing import anvil
from storefront.pressing.asking import LARGE, SMALL, told_plan

DRAWING = 2400  # pixels, as large as the reference's field
SOFT, HARD = Look("gold", "soft"), Look("gold", "hard")


def reference():
    """Ten blurs of a large field: what any such work costs on this machine."""
    field = np.random.default_rng(0).random((2400, 2400), dtype=np.float32)
    return lambda: [ndimage.gaussian_filter(field, 8) for _ in range(10)]


def soft_1200():
    return _front("luna", SOFT, 1200)


def hard_1200():
    return _front("rose", HARD, 1200)


def soft_360():
    return _front("luna", SOFT, 360)


def soft_2400():
    return _front("luna", SOFT, 2400)


def backs():
    """A back and a hundred numbers on it."""
    art = _drawn("luna")

    def press():
        blank = blank_back(art, SOFT, 1200)
        for number in range(1, 101):
            engrave(blank, f"{number}/100", "Luna", "Vitrine")

    return press


def preview():
    """What an artist waits for who has changed a colour and the size: the small picture and its press check."""
    plan = PressPlan(Technique.SOFT, Metal.GOLD, Texture.POLISHED, 380, _colours(MOTIFS[0].palette))
    before = {"plan": told_plan(plan), "limits": asdict(PUBLISHED), "size": SMALL, "marks": LARGE}
    changed = replace(plan, size_tenths=400, colours=(replace(plan.colours[0], hex="#c0ffee"), *plan.colours[1:]))
    ids, regions = MOTIFS[0].draw(1400), BytesIO()
    Image.fromarray(np.where(ids == METAL, np.uint8(len(plan.colours)), ids)).save(regions, "PNG")
    anvil.show(before, (regions.getvalue(),))
    return lambda: anvil.show({**before, "plan": told_plan(changed)}, (regions.getvalue(),))


def _colours(palette):
    return (*(ColourPlan(colour.hex) for colour in palette), ColourPlan("#161615", joins=BARE_METAL))


def _front(key, look, size):
    art = _drawn(key)
    return lambda: front(art, look, size)


def _drawn(key):
    (motif,) = (motif for motif in MOTIFS if motif.key == key)
    return motif.artwork(DRAWING)


PRESSINGS = {press.__name__: press for press in (reference, soft_1200, hard_1200, soft_360, soft_2400, backs, preview)}


def measured():
    """Milliseconds of each by name, and the most memory a soft pin of 1200 pixels took."""
    found = {name: _alone(name) for name in PRESSINGS}
    times = {f"press_{name}_ms": cost["ms"] for name, cost in found.items()}
    return times | {"press_peak_mb": found["soft_1200"]["peak_mb"]}


def _alone(name):
    command = [sys.executable, "-m", "bench.pressing", name]
    ran = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def main(name):
    press = PRESSINGS[name]()
    front(_drawn("luna"), SOFT, 60)  # what is loaded and computed once for all pins
    began = time.process_time()
    press()
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    print(json.dumps({"ms": spent * 1000, "peak_mb": peak}))  # noqa: T201  what the parent reads


if __name__ == "__main__":
    main(sys.argv[1])
