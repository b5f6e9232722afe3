import importlib.util
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from browser import whole


def _load_preview():
    spec = importlib.util.spec_from_file_location("design_preview", Path(__file__).with_name("preview.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


preview_module = _load_preview()


def pytest_generate_tests(metafunc):
    """A test that asks for `page` sees every preview page and every error page."""
    if "page" in metafunc.fixturenames:
        pages = [f"/preview/{name}" for name in preview_module.PAGES] + [
            f"/error/{code}" for code in preview_module.ERRORS
        ]
        metafunc.parametrize("page", pages)


@pytest.fixture(scope="session")
def preview():
    return preview_module


@pytest.fixture
def client(preview):
    return preview.create_preview().test_client()


@pytest.fixture
def site(preview, built_fonts):
    """The preview on a free loopback port, until the test ends."""
    server = make_server("127.0.0.1", 0, whole(preview.create_preview()), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium, site):
    """Open a preview page in a fresh browser profile; complaints on its console fail the test."""
    complaints, contexts = [], []

    def open_page(path, *, before=lambda tab: None, **options):
        context = chromium.new_context(base_url=site, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" and "409" not in said.text else None,
        )
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        before(tab)
        tab.goto(path)
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
