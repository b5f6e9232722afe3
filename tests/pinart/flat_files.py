"""Artists' files drawn by code: a motif with smooth edges, saved as the formats artists send."""

from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image

from storefront.pinart.artwork import METAL

LINE = (40, 30, 20)


@cache
def painted(motif, size=600, ground=None):
    """A motif as an artist's file: smooth edges, on a ground or none."""
    if ground is not None:
        free = painted(motif, size)
        sheet = Image.new("RGBA", free.size, ground)
        sheet.alpha_composite(free)
        return sheet.convert("RGB")
    art = motif.artwork(2 * size)
    rgba = np.zeros((*art.ids.shape, 4), np.uint8)
    for region, colour in {**art.palette, METAL: LINE}.items():
        rgba[art.ids == region] = (*colour, 255)
    return Image.fromarray(rgba).resize((size, size), Image.Resampling.LANCZOS)


def saved(picture, form, **options):
    """The picture as it comes back from a file of that format."""
    file = BytesIO()
    picture.save(file, form, **options)
    reopened = Image.open(BytesIO(file.getvalue()))
    reopened.load()
    return reopened
