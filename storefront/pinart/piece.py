"""A piece laid out for measuring: its metal, enamel and air, a pixel of the artwork being a pixel of the piece."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from storefront.pinart.artwork import AIR, Artwork, Ids, Mask
from storefront.pinart.regions import SHARE_OF_CANVAS, SUPERSAMPLE, Regions, cut_regions
from storefront.pinart.thickness import blocks

COARSEST, FINEST = 600, 1220
"""Sizes of the picture whose fine pixels are measured. At the finest, a piece of 40 mm has pixels of 0.02 mm."""
EIGHT = 8
"""Pixels of artwork of which five of a picture are made; with a multiple of it nothing is scaled."""
BLOCK = 2
"""Air is looked at in blocks of pixels, its limits being so much wider."""
WIDENED = 0.5
"""Blocks that anything seems wider for being seen in blocks, on average."""
CRUMB, CORNER = 2.0, 6.0
"""Thousandths of the picture: enamel on less than the square of a crumb is where lines happen to meet, and is struck as
metal. So is a corner that lines cut off, up to a larger square; a dot as small was meant, and stays a cell."""
POINTED = 0.6
"""How much of the box around it a corner fills at most: a triangle half, a dot three quarters."""


@dataclass(frozen=True, eq=False)
class Piece:
    artwork: Artwork
    regions: Regions
    millimetres: float

    @cached_property
    def cells(self) -> NDArray[np.int32]:
        """Each cell of enamel by a number of its own, 0 elsewhere."""
        labels, _ = ndimage.label(self.regions.cells != AIR)
        unit = self.regions.place.unit
        areas = np.bincount(labels.ravel())
        boxes = np.array(
            [
                0,
                *(
                    (rows.stop - rows.start) * (columns.stop - columns.start)
                    for rows, columns in ndimage.find_objects(labels)
                ),
            ]
        )
        crumb = (areas < (CRUMB * unit) ** 2) | ((areas < (CORNER * unit) ** 2) & (areas < POINTED * boxes))
        crumb[0] = True
        numbers: NDArray[np.int32] = np.where(crumb, 0, np.cumsum(~crumb)).astype(np.int32)[labels]
        return numbers

    @property
    def enamel(self) -> Mask:
        return self.cells > 0

    @cached_property
    def air(self) -> Mask:
        """Everything around the metal and in its holes, in blocks of two by two pixels; a slit of one pixel stays one."""
        return blocks(~self.regions.silhouette)

    @cached_property
    def sides(self) -> tuple[float, float]:
        """Width and height in millimetres, rim included."""
        return self.to_millimetres(self._spans[0]), self.to_millimetres(self._spans[1])

    @property
    def pixels_of_artwork(self) -> float:
        """How many pixels of the piece a pixel of the artwork became."""
        return (SHARE_OF_CANVAS * self.regions.place.canvas / max(spans(self.artwork.ids != AIR))) ** 2

    def pixels(self, millimetres: float) -> float:
        return millimetres / self.millimetres * max(self._spans)

    def to_millimetres(self, pixels: float) -> float:
        return pixels * self.millimetres / max(self._spans)

    @cached_property
    def _spans(self) -> tuple[int, int]:
        return spans(self.regions.silhouette)


def lay_out(artwork: Artwork, millimetres: float) -> Piece:
    """No finer than the artwork, which holds nothing finer, but for very small and very large ones."""
    drawn = artwork.ids != AIR
    longest = max(spans(drawn)) // EIGHT * EIGHT
    size = round(longest / SHARE_OF_CANVAS / SUPERSAMPLE)
    if COARSEST <= size <= FINEST:
        laid_out = Artwork(_fitted(artwork.ids, drawn, longest), artwork.palette)
    else:
        size, laid_out = min(FINEST, max(COARSEST, size)), artwork
    return Piece(artwork, cut_regions(laid_out, size), millimetres)


def _fitted(ids: Ids, drawn: Mask, longest: int) -> Ids:
    """Without a few rows and columns, so that nothing has to be scaled when the regions are cut."""
    across, down = spans(drawn)
    rows, columns = (
        np.linspace(first, first + span - 1, span * longest // max(across, down)).round().astype(np.intp)
        for first, span in ((int(drawn.any(axis=1).argmax()), down), (int(drawn.any(axis=0).argmax()), across))
    )
    return ids[rows[:, None], columns]


def spans(mask: Mask) -> tuple[int, int]:
    """Columns and rows from the first to the last that has something of the mask."""
    across, down = (int(np.ptp(np.flatnonzero(mask.any(axis=axis)))) + 1 for axis in (0, 1))
    return across, down
