import numpy as np
import pytest

from storefront.pinart.artwork import METAL, Artwork

RED, BLUE = (200, 40, 50), (30, 60, 170)


@pytest.fixture
def roundel():
    """A disc, red left and blue right, with a hole and a stroke of the artist's own metal."""
    y, x = np.mgrid[0:240, 0:240] - 120
    ids = np.where(x < 0, 1, 2).astype(np.uint8)
    ids[np.abs(y - x * 0.4) < 5] = METAL
    ids[np.hypot(x, y) > 110] = 0
    ids[np.hypot(x - 55, y + 50) < 14] = 0
    return Artwork(ids, {1: RED, 2: BLUE})
