"""Posterising: any picture in a few flat colours, its small crumbs taken by what surrounds them."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

from storefront.pinart.artwork import AIR, Ids, Mask, Rgb
from storefront.pinart.labelling import UNKNOWN, majority, nearest_colours
from storefront.pinart.oklab import to_oklab
from storefront.pinart.sheet import Sheet
from storefront.pinart.votes import MOST_VOTERS, SAME_COLOUR

SMOOTHING = 0.004
SMALLEST_CELL = 0.012
ROUNDS = 2


def posterised_ids(sheet: Sheet, most: int) -> tuple[Ids, list[Rgb]]:
    """The region map and its colours, as many as asked for or fewer."""
    side = max(sheet.air.shape)
    calmed = Image.fromarray(sheet.rgb).filter(ImageFilter.GaussianBlur(SMOOTHING * side))
    pixels = np.asarray(calmed)
    colours = _few(pixels[sheet.art], most)
    nearest, _ = nearest_colours(to_oklab(pixels), colours)
    ids = np.where(sheet.air, np.uint8(AIR), nearest)
    for _ in range(ROUNDS):
        ids = _without_crumbs(majority(ids, len(colours)), sheet.air, (SMALLEST_CELL * side) ** 2)
    return ids, colours


def _few(pixels: NDArray[np.uint8], most: int) -> list[Rgb]:
    stride = -(-len(pixels) // MOST_VOTERS)
    cut = Image.fromarray(pixels[None, ::stride]).quantize(
        most, Image.Quantize.MEDIANCUT, kmeans=3, dither=Image.Dither.NONE
    )
    found = np.array(cut.getpalette() or [], np.uint8).reshape(-1, 3)
    counts = np.bincount(np.asarray(cut)[0], minlength=len(found))
    kept: list[Rgb] = []
    for index in np.argsort(-counts, kind="stable"):
        lab = to_oklab(np.array([found[index], *kept], np.uint8))
        if counts[index] and (np.linalg.norm(lab[1:] - lab[0], axis=-1) >= SAME_COLOUR).all():
            red, green, blue = (int(level) for level in found[index])
            kept.append((red, green, blue))
    return kept


def _without_crumbs(ids: Ids, air: Mask, smallest: float) -> Ids:
    """Cells too small to fill go to the nearest larger one."""
    crumbs = np.zeros(ids.shape, bool)
    for region in np.flatnonzero(np.bincount(ids.ravel())):
        if region == AIR:
            continue
        cells, _ = ndimage.label(ids == region)
        small = np.bincount(cells.ravel()) < smallest
        small[0] = False
        crumbs |= small[cells]
    if not crumbs.any() or (crumbs | air).all():
        return ids
    kept = np.where(crumbs | air, np.uint8(UNKNOWN), ids)
    rows, columns = ndimage.distance_transform_edt(kept == UNKNOWN, return_distances=False, return_indices=True)
    return np.where(crumbs, kept[rows, columns], ids)
