"""Balance: whether a piece hangs quietly on its posts, or turns or tips."""

from math import hypot

import numpy as np
from scipy import ndimage

from storefront.pinart.clutches import find_posts
from storefront.pinart.piece import Piece, spans

COARSE = 500


def off_balance(piece: Piece) -> float:
    """How far the centre of mass lies from where the posts could hold it, in per cent of the longest side.

    Between two posts, or below one, it hangs quietly. The metal is taken to be equally thick everywhere.
    """
    silhouette = piece.regions.silhouette
    step = max(1, max(silhouette.shape) // COARSE)
    # The back is the front mirrored, and that is where the posts are found.
    seen = np.ascontiguousarray(silhouette[::step, ::-step])
    inward = ndimage.distance_transform_edt(seen).astype(np.float32)
    posts = find_posts(inward, piece.regions.place.unit / step)
    y, x = (float(place.mean()) for place in np.nonzero(seen))
    left, right = posts[0], posts[-1]
    aside = max(left.x - x, x - right.x, 0)
    share = 0.5 if left.x == right.x else min(1, max(0, (x - left.x) / (right.x - left.x)))
    above = max(0, left.y + (right.y - left.y) * share - y)
    return float(100 * hypot(aside, above) / max(spans(seen)))
