"""A sheet of paper for pin artwork: closed cells and metal lines, in units of a thousandth of the sheet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from storefront.demo.shapes import Point, ribbon
from storefront.pinart.artwork import METAL

LINE = 10.0
SMALLEST_HOLE = 60.0


class Sheet:
    """What is drawn later lies on top; every pixel ends up as one colour number, METAL, or 0 for the air around."""

    def __init__(self, size: int) -> None:
        self._scale = size / 1000
        self._image = Image.new("L", (size, size), 0)
        self._pen = ImageDraw.Draw(self._image)

    def fill(self, outline: Sequence[Point], colour: int) -> None:
        self._pen.polygon([self._at(point) for point in outline], fill=colour)

    def cell(self, outline: Sequence[Point], colour: int, line: float = LINE) -> None:
        """A fill with a wall of metal around it."""
        self.fill(outline, colour)
        self.line([*outline, outline[0]], line)

    def line(self, points: Sequence[Point], width: float = LINE, colour: int = METAL) -> None:
        """A stroke with round ends and corners."""
        # Pillow rounds the width of a line to whole pixels and frays its joints; bands and discs do neither.
        for start, end in pairwise(points):
            if start != end:
                self.fill(ribbon([start, end], width, width), colour)
        for point in points:
            self.disc(point, width / 2 - 0.5 / self._scale, colour)

    def disc(self, centre: Point, radius: float, colour: int = METAL) -> None:
        x, y = self._at(centre)
        reach = max(0.0, radius * self._scale)
        self._pen.ellipse([x - reach, y - reach, x + reach, y + reach], fill=colour)

    def ring(self, centre: Point, radius: float, colour: int, line: float = LINE) -> None:
        """A disc of colour with a wall of metal around it."""
        self.disc(centre, radius + line / 2)
        self.disc(centre, radius - line / 2, colour)

    @contextmanager
    def within(self, outline: Sequence[Point]) -> Iterator[None]:
        """What is drawn meanwhile shows only inside the outline."""
        before = self._image.copy()
        yield
        window = Image.new("L", self._image.size, 255)
        ImageDraw.Draw(window).polygon([self._at(point) for point in outline], fill=0)
        self._image.paste(before, mask=window)

    def ids(self) -> NDArray[np.uint8]:
        drawn = np.asarray(self._image).copy()
        drawn[_pockets(drawn == 0, (SMALLEST_HOLE * self._scale) ** 2)] = METAL
        return drawn

    def _at(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale


def _pockets(air: NDArray[np.bool_], smallest: float) -> NDArray[np.bool_]:
    """Air enclosed by the drawing and too small to be punched out."""
    pieces, _ = ndimage.label(air)
    areas = np.bincount(pieces.ravel())
    small = areas < smallest
    small[[0, pieces[0, 0]]] = False
    pockets: NDArray[np.bool_] = small[pieces]
    return pockets
