import numpy as np
import pytest

from storefront.pinart.fields import blurred, smoothstep


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
