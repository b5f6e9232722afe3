"""A sheet of paper for pin artwork: closed cells and metal lines, in units of a thousandth of the sheet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from storefront.demo.shapes import Point, ribbon
from storefront.pinart.artwork import AIR, METAL

LINE = 10.0
NARROWEST_HOLE = 60.0  # the rim takes half of it, and what is left has to be cut
NARROWEST_CELL = 10.0  # on a pin of 36 mm just over what can be filled


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

    def ids(self, narrowest_cell: float = 0) -> NDArray[np.uint8]:
        """The drawing, in which too narrow holes are closed, and cells too if so asked."""
        drawn = np.asarray(self._image).copy()
        _close(drawn, AIR, NARROWEST_HOLE * self._scale)
        for colour in set(np.unique(drawn)) - {AIR, METAL} if narrowest_cell else ():
            _close(drawn, colour, narrowest_cell * self._scale)
        return drawn

    def _at(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale


def _close(drawn: NDArray[np.uint8], colour: int, narrowest: float) -> None:
    """Parts of a colour, or air inside the drawing, that are too narrow everywhere become metal."""
    parts, _ = ndimage.label(drawn == colour)
    for number, window in enumerate(ndimage.find_objects(parts), start=1):
        part = np.pad(parts[window] == number, 1)
        around = colour == AIR and number == parts[0, 0]
        slender = part.sum() < 2 * narrowest * max(part.shape)  # to measure all of them would take long
        if slender and not around and 2 * ndimage.distance_transform_edt(part).max() < narrowest:
            drawn[window][part[1:-1, 1:-1]] = METAL
