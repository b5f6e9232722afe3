"""Metals: what plating does to light."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metal:
    """`reflectance` is linear light thrown straight back; `patina` darkens corners; `roughness` blurs reflections."""

    reflectance: tuple[float, float, float]
    roughness: float
    patina: float

    @property
    def is_rough(self) -> bool:
        return self.roughness > 0.2  # noqa: PLR2004 (between the polished and the raw ones below)


METALS = {
    "gold": Metal((1.0, 0.71, 0.29), roughness=0.10, patina=0.10),
    "silver": Metal((0.93, 0.92, 0.90), roughness=0.08, patina=0.10),
    "black_nickel": Metal((0.165, 0.165, 0.185), roughness=0.06, patina=0.15),
    "antique_brass": Metal((0.62, 0.44, 0.20), roughness=0.32, patina=0.70),
    "copper": Metal((0.95, 0.52, 0.34), roughness=0.12, patina=0.15),
    "rose_gold": Metal((0.97, 0.63, 0.52), roughness=0.10, patina=0.10),
}

STEEL = Metal((0.42, 0.43, 0.45), roughness=0.34, patina=0.25)
RAW_BRASS = Metal((0.66, 0.50, 0.26), roughness=0.42, patina=0.30)
BRASS = Metal((0.80, 0.66, 0.40), roughness=0.12, patina=0.10)
RUBBER = Metal((0.035, 0.035, 0.037), roughness=0.45, patina=0.0)
