import numpy as np
import pytest

from storefront.pinart.fields import blurred, depth, grown, smoothstep


def a_mask(seed):
    rng = np.random.default_rng(seed)
    mask = rng.random((31, 23)) < 0.9
    mask[0, 0] = False
    return mask


def brute_depth(mask):
    outside = np.argwhere(~mask)
    rows, columns = np.indices(mask.shape)
    return np.hypot(rows[..., None] - outside[:, 0], columns[..., None] - outside[:, 1]).min(axis=-1)


@pytest.mark.parametrize("seed", range(5))
def test_depth_is_the_distance_to_the_nearest_pixel_outside(seed):
    mask = a_mask(seed)

    measured = depth(mask, 4)

    np.testing.assert_allclose(measured, np.minimum(brute_depth(mask), 4), rtol=1e-6)


@pytest.mark.parametrize("radius", [0.5, 1, 2.3, 4, 9.6, 40, 120])
def test_growing_takes_in_exactly_what_is_within_reach(radius):
    mask = ~a_mask(1)

    np.testing.assert_array_equal(grown(mask, radius), brute_depth(~mask) <= radius)


def test_a_wide_blur_keeps_the_mean_and_the_size():
    field = np.zeros((97, 61), np.float32)
    field[40:60, 20:40] = 1

    wide = blurred(field, 9)

    assert wide.shape == field.shape
    assert wide.sum() == pytest.approx(field.sum(), rel=0.02)
    assert wide.max() < 0.9


def test_a_smoothstep_may_run_downwards():
    steps = smoothstep(1, 0, np.array([-1, 0.25, 0.5, 2], np.float32))

    np.testing.assert_allclose(steps, [1, 0.84375, 0.5, 0])
