"""Eight original pins, drawn by code for the demo."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storefront.demo.artwork.cactus import cactus
from storefront.demo.artwork.crane import crane
from storefront.demo.artwork.lighthouse import lighthouse
from storefront.demo.artwork.luna import luna
from storefront.demo.artwork.moonrise import moonrise
from storefront.demo.artwork.octopus import octopus
from storefront.demo.artwork.rose import rose
from storefront.demo.artwork.teacup import teacup
from storefront.pinart.artwork import Artwork


@dataclass(frozen=True)
class Colour:
    name: str
    hex: str


@dataclass(frozen=True)
class Motif:
    """`palette[n]` is the enamel that fills region n + 1."""

    key: str
    title: str
    palette: tuple[Colour, ...]
    draw: Callable[[int], NDArray[np.uint8]]

    def artwork(self, size: int) -> Artwork:
        colours = {region: _rgb(colour.hex) for region, colour in enumerate(self.palette, start=1)}
        return Artwork(self.draw(size), colours)


def _rgb(hexadecimal: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(hexadecimal.removeprefix("#"))
    return red, green, blue


MOTIFS = (
    Motif(
        "luna",
        "Luna",
        (
            Colour("Leaf", "#aedbb5"),
            Colour("Pine", "#3f8f7c"),
            Colour("Plum", "#76284a"),
            Colour("Cream", "#f7f0dc"),
            Colour("Honey", "#edb64f"),
            Colour("Midnight", "#1d3a45"),
        ),
        luna,
    ),
    Motif(
        "rose",
        "Rose Window",
        (
            Colour("Cobalt", "#1c3f8f"),
            Colour("Ruby", "#c0273f"),
            Colour("Amber", "#f2b23c"),
            Colour("Emerald", "#2f9273"),
            Colour("Sky", "#8cc4e6"),
            Colour("Violet", "#6d3c96"),
        ),
        rose,
    ),
    Motif(
        "crane",
        "Crane at Sunrise",
        (
            Colour("Vermilion", "#dd4a34"),
            Colour("Snow", "#fbf7ee"),
            Colour("Ink", "#1d2530"),
            Colour("Deep water", "#235a82"),
            Colour("Foam", "#a7d3da"),
            Colour("Crown", "#b81f33"),
            Colour("Beak", "#efb148"),
        ),
        crane,
    ),
    Motif(
        "moonrise",
        "Moonrise",
        (
            Colour("Night", "#1e2857"),
            Colour("Moon", "#f7ebc4"),
            Colour("Far range", "#6690b4"),
            Colour("Near slope", "#34558f"),
            Colour("Snow", "#f4f6f6"),
            Colour("Lake", "#172349"),
            Colour("Pine", "#1f5a54"),
        ),
        moonrise,
    ),
    Motif(
        "teacup",
        "Four O'Clock",
        (
            Colour("China", "#fbf8f0"),
            Colour("Delft", "#2a55a6"),
            Colour("Tea", "#b4602b"),
            Colour("Steam", "#d3e6ee"),
            Colour("Lemon", "#f3c64f"),
            Colour("Bud", "#dd6f86"),
            Colour("Leaf", "#7fae7a"),
        ),
        teacup,
    ),
    Motif(
        "cactus",
        "Prickly Pear",
        (
            Colour("Jade", "#3f9a6c"),
            Colour("Fern", "#2b7357"),
            Colour("Clay", "#c55f3b"),
            Colour("Sand", "#fae6c8"),
            Colour("Bloom", "#e8517f"),
            Colour("Butter", "#f7cd63"),
            Colour("Dusk", "#e58a58"),
        ),
        cactus,
    ),
    Motif(
        "lighthouse",
        "Last Light",
        (
            Colour("Dusk", "#273a6e"),
            Colour("Beam", "#f8dd86"),
            Colour("Signal", "#d23c3a"),
            Colour("White", "#fbf8f1"),
            Colour("Sea", "#1f6f8f"),
            Colour("Foam", "#a9dbd9"),
            Colour("Rock", "#4a4f5c"),
        ),
        lighthouse,
    ),
    Motif(
        "octopus",
        "Eight Arms",
        (
            Colour("Coral", "#ee7560"),
            Colour("Plum", "#8c2f55"),
            Colour("Shell", "#fbd9c4"),
            Colour("White", "#fdf9f2"),
            Colour("Ink", "#1f2436"),
            Colour("Lagoon", "#58bcc0"),
        ),
        octopus,
    ),
)
