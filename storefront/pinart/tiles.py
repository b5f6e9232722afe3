"""Tiles: a picture taken apart. Most tiles of a pin are all one thing, and the others fit the cache."""

from collections.abc import Iterator
from dataclasses import dataclass

TILE = 192


@dataclass(frozen=True)
class Tile:
    """Part of a picture, the same with as much around it as matters, and where the one lies in the other."""

    core: tuple[slice, slice]
    around: tuple[slice, slice]
    inner: tuple[slice, slice]


def tiles(shape: tuple[int, ...], halo: int) -> Iterator[Tile]:
    """Covering the shape; wide halos need large tiles."""
    side = max(TILE, 2 * halo)
    for top in range(0, shape[0], side):
        for left in range(0, shape[1], side):
            above, before = max(0, top - halo), max(0, left - halo)
            core = slice(top, min(top + side, shape[0])), slice(left, min(left + side, shape[1]))
            yield Tile(
                core,
                (slice(above, core[0].stop + halo), slice(before, core[1].stop + halo)),
                (slice(top - above, core[0].stop - above), slice(left - before, core[1].stop - before)),
            )
