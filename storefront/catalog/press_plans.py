"""Press plans: what a drawing is to become in metal and enamel, colour by colour."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from storefront.catalog.pins import Metal, Technique, Texture
from storefront.pinart.choices import Effect

# A colour that joins one of these is no enamel; the numbers are those of the renderer's region maps.
BARE_METAL = 254
CUT_OUT = 0


class JoinsInACircle(Exception):
    """Colours are merged into each other, so that none of them is left."""


class NoEnamelLeft(Exception):
    """Every colour became metal, or air."""


@dataclass(frozen=True)
class ColourPlan:
    """One colour of the drawing; `joins` is the colour it is merged into, or BARE_METAL or CUT_OUT, or None for its own cell."""

    hex: str
    name: str = ""
    effect: Effect = Effect.PLAIN
    joins: int | None = None


@dataclass(frozen=True)
class PressPlan:
    """Colours stand in the order of the drawing's regions, the first is region 1; the size is the longest side's."""

    technique: Technique
    metal: Metal
    texture: Texture
    size_tenths: int
    colours: tuple[ColourPlan, ...]

    def ends(self) -> dict[int, int]:
        """Each region, and where following its joins ends: itself, another region, BARE_METAL or CUT_OUT.

        Raises JoinsInACircle, NoEnamelLeft.
        """
        found = {region: self._end_of(region) for region in range(1, len(self.colours) + 1)}
        if set(found.values()) <= {BARE_METAL, CUT_OUT}:
            raise NoEnamelLeft
        return found

    @property
    def cuts_out(self) -> bool:
        """Whether a part of the drawing is air, so that the piece may be smaller than what was drawn."""
        return CUT_OUT in self.ends().values()

    def enamels(self) -> list[ColourPlan]:
        """The colours that get a cell of their own."""
        return [colour for colour in self.colours if colour.joins is None]

    def as_json(self) -> dict[str, Any]:  # what a JSON column takes
        return asdict(self)

    def _end_of(self, region: int) -> int:
        passed = set()
        while region not in (BARE_METAL, CUT_OUT) and (joins := self.colours[region - 1].joins) is not None:
            passed.add(region)
            region = joins
            if region in passed:
                raise JoinsInACircle(region)
        return region


def read_plan(told: Mapping[str, Any]) -> PressPlan:  # what a JSON column gives
    return PressPlan(
        technique=Technique(told["technique"]),
        metal=Metal(told["metal"]),
        texture=Texture(told["texture"]),
        size_tenths=told["size_tenths"],
        colours=tuple(ColourPlan(c["hex"], c["name"], Effect(c["effect"]), c["joins"]) for c in told["colours"]),
    )
