"""Choices: how a pin may be finished and made. The renderer and the catalogue mean the same by them; nothing is loaded here."""

from enum import StrEnum


class Enamel(StrEnum):
    SOFT = "soft"
    HARD = "hard"


class Texture(StrEnum):
    """What is done to bare metal that lies deep."""

    POLISHED = "polished"
    SANDBLASTED = "sandblasted"


class Effect(StrEnum):
    """What is stirred into one colour."""

    PLAIN = "plain"
    GLITTER = "glitter"
    TRANSLUCENT = "translucent"
    GLOW = "glow"


class Step(StrEnum):
    """The six making steps, in the order of the work."""

    MOLD = "mold"
    STRIKE = "strike"
    POLISH = "polish"
    PLATE = "plate"
    COLOUR = "colour"
    BAKE = "bake"
