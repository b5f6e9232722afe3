"""A real browser for tests that need one. One Chromium serves the whole run: a second driver in one thread can't start."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from storefront import fonts

ABSENT = "Chromium is not installed: what happens in a real browser was NOT tested"


@pytest.fixture(scope="session")
def built_fonts():
    fonts.build()
    return fonts.FOLDER


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the run; without it the behaviour is not tested, and that is said aloud."""
    path = shutil.which("chromium")
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ABSENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


def whole(app):
    """The app, whose answers are complete before they leave: werkzeug's server does not close a file that is being sent
    when the browser hangs up, as browsers do."""

    def answer(environ, start_response):
        body = app(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            getattr(body, "close", list)()

    return answer
