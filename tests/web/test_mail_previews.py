"""Every kind of mail can be looked at with example facts, and none of it runs anything in the page around it."""

import pytest

from people import a_person
from storefront.outbox.kinds import Kind
from storefront.web.mail_examples import EXAMPLES, OF_THE_STUDIO
from storefront.web.mail_previews import NAMES


@pytest.fixture
def engine_name():
    return "sqlite"  # pages are tested on one database


def test_every_kind_of_mail_has_an_example_and_a_name():
    assert set(Kind) == EXAMPLES.keys() == NAMES.keys()


def test_previews_show_each_mail_in_a_frame_that_runs_nothing(client, database, sign_in_as):
    with database.transaction() as session:
        admin = a_person(session, is_admin=True)
    sign_in_as(client, admin)
    client.get("/admin/mail/previews")
    pages = [link["href"] for link in client.page.select("main .lines a")]
    assert len(pages) == len(EXAMPLES)

    for page in pages:
        answer = client.get(page)
        assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
        assert client.page.pre.get_text().strip()
        client.inspecting = False  # a mail has its style inline
        document = client.get(client.page.iframe["src"])
        client.inspecting = True
        assert document.status_code == 200
        assert "script-src" not in document.headers["Content-Security-Policy"]
        assert {"sandbox allow-same-origin", "frame-ancestors 'self'", "default-src 'none'"} <= set(
            document.headers["Content-Security-Policy"].split("; ")
        )


def test_a_studio_sees_the_mails_in_its_name_and_no_others(client, database, sign_in_as):
    with database.transaction() as session:
        maker = a_person(session)
    sign_in_as(client, maker)
    client.get("/studio/mail")

    assert len(client.page.select("main .lines a")) == len(OF_THE_STUDIO)
    assert client.get("/studio/mail/drop_sold_out").status_code == 200
    assert client.get("/studio/mail/check_failed").status_code == 404
    assert client.get("/admin/mail/previews").status_code == 403
