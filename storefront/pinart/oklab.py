"""OKLab: colour in which equal distances look equally different."""

import numpy as np
from numpy.typing import NDArray

from storefront.pinart.artwork import Field
from storefront.pinart.light import to_linear

# Björn Ottosson's matrices, published in 2020 in "A perceptual color space for image processing".
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
_LINEAR = to_linear(np.arange(256))


def to_oklab(rgb: NDArray[np.uint8]) -> Field:
    """Lightness 0…1 and two opponent axes, for sRGB in the last dimension."""
    cones = _LINEAR[rgb] @ _TO_CONES.T
    np.cbrt(cones, out=cones)
    lab: Field = cones @ _TO_LAB.T
    return lab
