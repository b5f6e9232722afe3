"""Artwork: a flat drawing as a map of regions, and the colour that fills each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

AIR = 0
METAL = 254

Rgb = tuple[int, int, int]
Mask = NDArray[np.bool_]
Ids = NDArray[np.uint8]
# Single precision wherever pictures are large; numpy's types lose the width in arithmetic, hence Any.
Field = NDArray[np.floating[Any]]


class NotArtwork(Exception):
    """A region map needs two dimensions, something drawn, and a colour for every enamel region."""


@dataclass(frozen=True, eq=False)
class Artwork:
    """Each pixel names its region: AIR around the pin, METAL drawn by the artist, or an enamel colour of the palette."""

    ids: Ids
    palette: Mapping[int, Rgb]

    def __post_init__(self) -> None:
        if self.ids.ndim != 2 or self.ids.dtype != np.uint8:  # noqa: PLR2004 (a map has two dimensions)
            raise NotArtwork("a region map is a two-dimensional array of uint8")
        drawn = {region for region, area in enumerate(self._areas()) if area} - {AIR}
        if not drawn:
            raise NotArtwork("nothing is drawn")
        if uncoloured := drawn - {METAL} - set(self.palette):
            raise NotArtwork(f"regions without a colour: {sorted(uncoloured)}")

    @property
    def colours(self) -> list[int]:
        """The enamel colours in use, largest area first."""
        areas = self._areas()
        return sorted((i for i in self.palette if areas[i]), key=lambda i: (-areas[i], i))

    def _areas(self) -> list[int]:
        # Pillow counts bytes fifty times faster than numpy does.
        return Image.fromarray(self.ids).histogram()
