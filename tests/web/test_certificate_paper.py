"""A certificate is printed by whoever has its code, with the engraved back, and only while it is genuine."""

import subprocess
import sys

import pypdfium2
import pytest
import zxingcpp

from sales import a_refund
from storefront.orders.orders import Order
from web.test_backs import blank, edition, order_url  # noqa: F401  fixtures are asked for by name


@pytest.fixture
def engine_name():
    return "sqlite"


@pytest.fixture
def address(client, order_url, built_fonts):  # noqa: F811
    return client.get(f"{order_url}/certificates/1").location


def test_the_sheet_has_the_number_both_sides_the_key_and_a_code_that_is_read(app, client, address):
    client.get(address)
    link = client.page.select_one("a[href$='.pdf']")["href"]
    answer = app.test_client().get(f"/de{link}")

    assert answer.mimetype == "application/pdf"
    page = pypdfium2.PdfDocument(answer.data)[0]
    text = page.get_textpage().get_text_range()
    key = client.get("/keys.json").json["keys"][0]["id"]
    for part in ("/100", "Luna", address.removeprefix("/v/"), key, "Verkauft"):
        assert part in text.replace("\r\n", " ")
    assert len([one for one in page.get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]) >= 1
    (found,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert found.text == "http://localhost" + address.replace("-", "")


def test_it_names_nobody_and_is_printed_only_while_it_is_genuine(client, address, database):
    client.get(f"{address}.pdf")
    with database.transaction() as session:
        a_refund(session, session.query(Order).one())
    assert client.get(f"{address}.pdf").location == address
    assert client.get("/v/2222-2222-2222.pdf").status_code == 404


def test_a_web_process_loads_nothing_of_what_writes_a_pdf():
    names = "('fpdf', 'numpy', 'scipy')"
    script = f"import sys, storefront.web.certificate_paper; print([m for m in {names} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_key_log_is_a_page_too(client, address):
    client.get("/keys")
    key = client.get("/keys.json").json["keys"][0]
    client.get("/keys")
    assert key["id"] in client.page.get_text()
    assert key["public_key"] in client.page.get_text()
