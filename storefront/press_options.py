"""What the press command's options are made of: colours, and pairs that begin with one."""

import re
from typing import TypeVar

import click

from storefront.pinart.artwork import Rgb

T = TypeVar("T")


class Hex(click.ParamType[Rgb]):
    name = "#rrggbb"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Rgb:
        if not re.fullmatch(r"#?[0-9a-fA-F]{6}", str(value)):
            self.fail(f"{value} is no colour like #aabbcc.", param, ctx)
        red, green, blue = bytes.fromhex(str(value).removeprefix("#"))
        return red, green, blue


COLOUR = Hex()


class Pair(click.ParamType[tuple[Rgb, T]]):
    """Two things with an equals sign between them, a colour first."""

    def __init__(self, name: str, second: click.ParamType[T]) -> None:
        self.name = name
        self._second = second

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Rgb, T]:
        first, equals, second = str(value).partition("=")
        if not equals:
            self.fail(f"{value} should look like {self.name}.", param, ctx)
        return COLOUR.convert(first, param, ctx), self._second.convert(second, param, ctx)
