"""`make gallery`: one page with every motif in every metal and enamel, for a person to look over."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click

from gallery.page import page, shown_on
from gallery.pictures import at_leisure, drawn

TARGET = Path(__file__).parents[2] / "var" / "gallery.html"


def main() -> None:
    began = time.monotonic()
    asked = shown_on()
    with ProcessPoolExecutor(
        min(2, os.cpu_count() or 1), mp_context=get_context("spawn"), initializer=at_leisure
    ) as pool:
        pictures = dict(zip(asked, pool.map(drawn, asked, chunksize=8), strict=True))
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(pictures), encoding="utf-8")
    megabytes = TARGET.stat().st_size / 1e6
    click.echo(f"{len(asked)} pictures, {megabytes:.1f} MB, {time.monotonic() - began:.0f} s: {TARGET}")


if __name__ == "__main__":
    main()
