"""Coarse fields: what is smooth is kept small, and enlarged a few rows at a time when it is looked at."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from storefront.pinart.artwork import Field


@dataclass(frozen=True, eq=False)
class Coarse:
    """To be read like the array of its `shape`; `scale` is how many of its own rows and columns one of those is."""

    small: Field
    shape: tuple[int, int]
    scale: tuple[float, float]

    def __getitem__(self, part: slice | tuple[slice, slice]) -> Field:
        rows, columns = part if isinstance(part, tuple) else (part, slice(None))
        top, bottom, _ = rows.indices(self.shape[0])
        left, right, _ = columns.indices(self.shape[1])
        if self.small.shape == self.shape:
            return self.small[top:bottom, left:right]
        down, across = self.scale
        box = (left * across, top * down, right * across, bottom * down)
        return np.asarray(self._image.resize((right - left, bottom - top), Image.Resampling.BICUBIC, box=box))

    @cached_property
    def _image(self) -> Image.Image:
        return Image.fromarray(self.small)
