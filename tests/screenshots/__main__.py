"""`make screenshots`: every page and state of the shop, photographed and looked over by axe."""

import dataclasses
import logging
import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click
from playwright.sync_api import sync_playwright

from journeys.live_shop import LiveShop, settings_for
from screenshots import scenes
from screenshots.album import album
from screenshots.camera import Camera
from screenshots.stage import Stage
from storefront import fonts, migrate
from storefront.db import Database
from storefront.demo.loading import load_demo
from storefront.sandbox.server import SandboxServer

VAR = Path(__file__).parents[2] / "var"
FOLDER = VAR / "screenshots"


def main() -> None:
    only, scale = os.environ.get("ONLY") or "", float(os.environ.get("SCALE") or 0.6)
    began = time.monotonic()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    fonts.build()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with SandboxServer() as sandbox, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        camera = Camera(browser, FOLDER, asked=[view for view in (os.environ.get("VIEWS") or "").split(",") if view])
        demo = _demo(sandbox, scale)
        for laid_out, parts in ((None, scenes.EMPTY), (demo, scenes.AT_LAST), (demo, scenes.LAID_OUT)):
            with _shop(sandbox, laid_out) as stage:
                for scene in (scene for part in parts for scene in part(stage)):
                    if re.search(only, scene.name):
                        camera.take(stage.live, scene)
                        click.echo(f"  {scene.name}")
        browser.close()
    page = album(FOLDER, camera)
    click.echo(f"{len(camera.taken)} pictures in {time.monotonic() - began:.0f} s: {page}")
    for fault in camera.faults:
        click.secho(f"{fault.scene}, {fault.view}: {fault.words}", fg="red")
    sys.exit(1 if camera.faults else 0)


@contextmanager
def _shop(sandbox, laid_out):
    """A running shop on a throwaway copy of a laid-out folder, or on nothing."""
    with tempfile.TemporaryDirectory() as var:
        if laid_out is not None:
            shutil.copytree(laid_out, var, dirs_exist_ok=True)
        database = Database(f"sqlite:///{var}/shop.db")
        migrate.upgrade(database.engine)
        live = LiveShop(database, sandbox, Path(var), timeless=True)
        with live:
            yield Stage(live)
        database.dispose()


def _demo(sandbox, scale):
    """A folder with the demo's database and pictures; made once a day, for its pins take minutes to press."""
    kept = VAR / f"screenshots-demo-{scale:g}-{date.today()}"  # noqa: DTZ011  only a name
    if not kept.exists():
        for old in VAR.glob("screenshots-demo-*"):
            shutil.rmtree(old)
        fresh = VAR / "screenshots-unfinished"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        url = f"sqlite:///{fresh}/shop.db"
        database = Database(url)
        migrate.upgrade(database.engine)
        database.dispose()
        settings = dataclasses.replace(settings_for("http://127.0.0.1", sandbox, fresh), database_url=url)
        load_demo(settings, at=datetime.now(UTC), say=click.echo, scale=scale)
        fresh.rename(kept)
    return kept


if __name__ == "__main__":
    main()
