"""Light: the studio around the piece, what each bit of surface sees of it, and how a camera renders that."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from storefront.pinart.artwork import Field
from storefront.pinart.coarse import Coarse
from storefront.pinart.fields import Half, smoothstep
from storefront.pinart.relief import Relief

KEY_LIGHT = np.array([-0.48, -0.62, 0.62], np.float32) / np.float32(np.linalg.norm([0.48, 0.62, 0.62]))
_HALFWAY = KEY_LIGHT + np.array([0, 0, 1], np.float32)
HALFWAY = _HALFWAY / np.float32(np.linalg.norm(_HALFWAY))
RELIEF_SCALE = 1.15
VIEW_DISTANCE = 2.6
FLOOR_RIPPLE = 1.9
BRIGHTEST = 2.4
_STEPS = 16384


@dataclass(frozen=True, eq=False)
class Rays:
    """For a band of rows: where each pixel is (-1…1 across the canvas) and what its surface faces."""

    across: Field
    down: Field
    mirrored_x: Field
    mirrored_y: Field
    grazing: Field
    to_key: Field
    to_highlight: Field


def rays(relief: Relief, rows: slice) -> Rays:
    """The eye stands close, so even flat metal gets a gradient."""
    across, down = _across_and_down(relief, rows)
    x, y = slopes(relief, rows)
    dome = np.where(relief.metal[rows], *np.array(relief.dome, np.float32))
    x += across * dome
    y += down * dome
    _roughen(x, y, relief, relief.grain_strength, rows)
    return traced(across, down, x, y)


def floor_rays(relief: Relief, rows: slice, grain_strength: Half | None) -> Rays:
    """The same for the metal under the enamel: level, as uneven as the metal around, blasted where that is."""
    across, down = _across_and_down(relief, rows)
    strength = np.float32(FLOOR_RIPPLE * relief.place.unit)
    ripple_y, ripple_x = _gradients(relief.ripple, rows)
    x = across * np.float32(relief.dome[0]) - ripple_x * strength
    y = down * np.float32(relief.dome[0]) - ripple_y * strength
    _roughen(x, y, relief, grain_strength, rows)
    return traced(across, down, x, y)


def slopes(relief: Relief, rows: slice) -> tuple[Field, Field]:
    """How far the surface leans to the right and down, pixel by pixel; what arches the whole is left out."""
    slope_y, slope_x = _gradients(relief.height, rows)
    ripple_y, ripple_x = _gradients(relief.ripple, rows)
    strength = relief.ripple_strength[rows].astype(np.float32)
    x = np.float32(-RELIEF_SCALE) * slope_x - ripple_x * strength
    y = np.float32(-RELIEF_SCALE) * slope_y - ripple_y * strength
    return x, y


def _gradients(field: Field | Coarse, rows: slice) -> tuple[Field, Field]:
    """These need a row above and below the band."""
    above, below = max(0, rows.start - 1), min(field.shape[0], rows.stop + 1)
    band = slice(rows.start - above, rows.stop - above)
    part = field[above:below]
    down: Field = np.gradient(part, axis=0)
    across: Field = np.gradient(part[band], axis=1)
    return down[band], across


def _across_and_down(relief: Relief, rows: slice) -> tuple[Field, Field]:
    place = relief.place
    columns = np.arange(relief.height.shape[1], dtype=np.float32)
    across = _from_centre(columns + place.left, place.canvas)[None]
    down = _from_centre(np.arange(rows.start, rows.stop, dtype=np.float32) + place.top, place.canvas)[:, None]
    return across, down


def _from_centre(pixels: Field, canvas: int) -> Field:
    return (pixels + np.float32(0.5)) / np.float32(canvas / 2) - 1


def _roughen(x: Field, y: Field, relief: Relief, strength: Half | None, rows: slice) -> None:
    if relief.grain is not None and strength is not None:
        noise = relief.grain[rows]
        x += noise * strength[rows]
        y += np.roll(noise, 17, axis=1) * strength[rows]


def traced(across: Field, down: Field, x: Field, y: Field) -> Rays:
    """What a surface of these slopes faces, seen by an eye that stands close."""
    z = 1 / np.sqrt(x * x + y * y + 1)
    x, y = x * z, y * z
    eye_x, eye_y = across / np.float32(-VIEW_DISTANCE), down / np.float32(-VIEW_DISTANCE)
    eye_z = 1 / np.sqrt(eye_x * eye_x + eye_y * eye_y + 1)
    eye_x, eye_y = eye_x * eye_z, eye_y * eye_z
    facing = np.clip(x * eye_x + y * eye_y + z * eye_z, 0, 1)
    away = 1 - facing
    twice = away * away
    return Rays(
        across=across,
        down=down,
        mirrored_x=2 * facing * x - eye_x,
        mirrored_y=eye_y - 2 * facing * y,
        grazing=twice * twice * away,
        to_key=np.clip(x * KEY_LIGHT[0] + y * KEY_LIGHT[1] + z * KEY_LIGHT[2], 0, 1),
        to_highlight=np.clip(x * HALFWAY[0] + y * HALFWAY[1] + z * HALFWAY[2], 1e-6, 1),
    )


def highlight(at: Rays, sharpness: float) -> Field:
    spark: Field = np.exp(np.float32(sharpness) * np.log(at.to_highlight))
    return spark


@dataclass(frozen=True, eq=False)
class Studio:
    """Tent, key soft box, strip light, black card and table, as seen in a mirror of some roughness."""

    table: Field

    def seen(self, at: Rays) -> Field:
        side = self.table.shape[0]
        half = np.float32(side / 2)
        row = np.clip((at.mirrored_y + 1) * half, 0, side - 1).astype(np.int32)
        column = np.clip((at.mirrored_x + 1) * half, 0, side - 1).astype(np.int32)
        row *= side
        row += column
        seen: Field = self.table.ravel().take(row)
        return seen


@lru_cache(maxsize=16)
def studio(roughness: float, side: int = 512) -> Studio:
    line = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1
    x, y, blur = line[None], line[:, None], 0.05 + 0.6 * roughness

    def between(value: Field, low: float, high: float) -> Field:
        return smoothstep(low - blur, low + blur, value) * (1 - smoothstep(high - blur, high + blur, value))

    light = 0.34 + 0.42 * smoothstep(-0.9, 0.9, y)
    light = light + 1.35 * between(x, -0.86, 0.18) * between(y, 0.16, 0.86)
    light = light + 0.55 * between(x, 0.52, 0.80) * between(y, -0.70, 0.62)
    light = light * (1 - 0.72 * between(y, -0.62, -0.20))
    light = light + 0.30 * (1 - smoothstep(-0.86 - blur, -0.86 + blur, y))
    return Studio(light.astype(np.float32))


def to_linear(colour: NDArray[np.generic]) -> Field:
    value = np.asarray(colour, np.float32) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)  # noqa: PLR2004 (sRGB)


def _camera() -> Field:
    """Exposure, a shoulder that keeps highlights from clipping, and sRGB, in one table."""
    value = np.linspace(0, BRIGHTEST, _STEPS) * 1.04
    value = np.where(value > 0.75, 0.75 + 0.25 * np.tanh((value - 0.75) / 0.25 * 0.85), value)  # noqa: PLR2004
    encoded = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)  # noqa: PLR2004 (sRGB)
    return (encoded * 255).astype(np.float32)


_CAMERA = _camera()


def developed(light: Field) -> Field:
    """Linear light as sRGB 0…255, not yet rounded."""
    index = np.clip(light * np.float32((_STEPS - 1) / BRIGHTEST), 0, _STEPS - 1).astype(np.int32)
    shown: Field = _CAMERA.take(index)
    return shown
