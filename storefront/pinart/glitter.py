"""Glitter: six-cornered flakes of several sizes, each tilted its own way; the same ones at every size of the picture."""

import numpy as np
from numpy.typing import NDArray

from storefront.pinart.artwork import Field
from storefront.pinart.light import highlight, studio, traced

Words = NDArray[np.uint32]
# How far apart flakes of a size may lie, in thousandths of the canvas; how many of those places are taken; how the rows slant.
LAYERS = ((3.6, 0.75, 0.4), (5.4, 0.55, 1.1), (8.6, 0.24, 2.0))
TILT = 0.95


def sparkle(across: Field, down: Field, seed: int) -> tuple[Field, Field, Field, Field]:
    """For points from -1 to 1: how much a flake covers them, what it mirrors, its white spark, its tint in three planes."""
    cover = np.zeros_like(across)
    light = np.zeros_like(across)
    spark = np.zeros_like(across)
    tint = np.ones((3, *across.shape), np.float32)
    for number, (pitch, share, slant) in enumerate(LAYERS):
        here, mark = _flakes(across * 500, down * 500, pitch, share, slant, seed * 8 + number)
        points = np.flatnonzero(here)
        mark = mark[points]
        tilted = [(_chance(mark, salt) - np.float32(0.5)) * np.float32(TILT) for salt in (11, 12)]
        at = traced(across[points], down[points], *tilted)
        seen = studio(0.10).seen(at)
        cover[points] = 0.9
        light[points] = np.float32(0.30) + np.float32(0.80) * seen
        spark[points] = np.float32(0.16) * seen * seen + highlight(at, 110) * np.float32(1.6)
        for plane, salt in enumerate((21, 22, 23)):
            tint[plane, points] = np.float32(0.82) + np.float32(0.36) * _chance(mark, salt)
    return cover, light, spark, tint


def _flakes(x: Field, y: Field, pitch: float, share: float, slant: float, seed: int) -> tuple[NDArray[np.bool_], Words]:
    """Which points lie on a flake, and a word that stands for the flake."""
    sine, cosine = np.float32(np.sin(slant) / pitch), np.float32(np.cos(slant) / pitch)
    u, v = x * cosine + y * sine, y * cosine - x * sine
    column, row = np.floor(u), np.floor(v)
    mark = _mixed(column.astype(np.int32).view(np.uint32), row.astype(np.int32).view(np.uint32), seed)
    u -= column + np.float32(0.5) + (_chance(mark, 1) - np.float32(0.5)) * np.float32(0.36)
    v -= row + np.float32(0.5) + (_chance(mark, 2) - np.float32(0.5)) * np.float32(0.36)
    turn = _chance(mark, 3) * np.float32(np.pi / 3)
    sine, cosine = np.sin(turn), np.cos(turn)
    u, v = u * cosine + v * sine, np.abs(v * cosine - u * sine)
    across_corners = np.maximum(np.abs(u) * np.float32(0.866) + v * np.float32(0.5), v)
    radius = np.float32(0.17) + np.float32(0.17) * _chance(mark, 4)
    return (across_corners < radius) & (_chance(mark, 5) < share), mark


def _mixed(column: Words, row: Words, seed: int) -> Words:
    word = column * np.uint32(0x9E3779B1) ^ row * np.uint32(0x85EBCA77) ^ np.uint32(seed * 0xC2B2AE3D & 0xFFFFFFFF)
    return _stirred(word)


def _chance(mark: Words, salt: int) -> Field:
    """A number from 0 to 1 that belongs to the flake."""
    return (_stirred(mark + np.uint32(salt * 0x9E3779B1 & 0xFFFFFFFF)) >> np.uint32(8)).astype(np.float32) * np.float32(
        2**-24
    )


def _stirred(word: Words) -> Words:
    word = (word ^ (word >> np.uint32(16))) * np.uint32(0x7FEB352D)
    word = (word ^ (word >> np.uint32(15))) * np.uint32(0x846CA68B)
    return word ^ (word >> np.uint32(16))
