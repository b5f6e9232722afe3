"""The cache of public answers around the app: one render for a crowd, and never anything that is somebody's own."""

import dataclasses
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import make_response
from flask import session as cookie
from sqlalchemy import event

from shopfront import hang, sell
from storefront.app import create_app
from storefront.catalog.drops import Drop, DropState
from storefront.web import page_cache
from storefront.web.public import public

CROWD = 12


class Stopwatch:
    """The cache's time, which passes only when told."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def cached(own_app, watch):
    page_cache.init_app(own_app, watch)
    return own_app


@pytest.fixture
def luna(database):
    with database.transaction() as session:
        return hang(session, {"size": 5})


def sell_one(database, drop):
    with database.transaction() as session:
        sell(session, drop.edition)


def sold(response):
    return response.get_json()["editions"][0]["sold"]


def count_renders(app, path, visitors, queries, *, wait=0.05):
    """How often the page was made for so many who ask at once; every query takes a moment, so that they overlap."""
    engine = app.extensions["services"].database.engine

    def linger(*_):
        time.sleep(wait)

    event.listen(engine, "before_cursor_execute", linger)
    try:
        with queries() as seen, ThreadPoolExecutor(visitors) as pool:
            answers = list(pool.map(lambda _: app.test_client().get(path), range(visitors)))
    finally:
        event.remove(engine, "before_cursor_execute", linger)
    return sum(re.search(r'WHERE "?drop"?\.slug =', statement) is not None for statement in seen), answers


def test_a_page_is_made_once_for_as_long_as_it_may_be_kept(cached, watch, luna, database, queries):
    client = cached.test_client()
    first = client.get(f"{luna.url}/live.json")
    sell_one(database, luna)

    watch.at += 0.99
    with queries() as seen:
        second = client.get(f"{luna.url}/live.json")

    assert seen == []
    assert second.data == first.data
    assert sold(second) == 0


def test_and_never_longer(cached, watch, luna, database):
    client = cached.test_client()
    client.get(f"{luna.url}/live.json")
    sell_one(database, luna)

    watch.at += 1.0

    assert sold(client.get(f"{luna.url}/live.json")) == 1


def test_what_others_may_keep_for_an_hour_is_made_anew_after_five_seconds(cached, watch, queries):
    client = cached.test_client()
    assert "s-maxage=3600" in client.get("/robots.txt").headers["Cache-Control"]
    kept = client.get("/robots.txt")
    watch.at += 5.0

    again = client.get("/robots.txt")

    assert (kept.headers.get("Age"), again.headers.get("Age")) == ("0", None)


def test_a_stranger_and_somebody_with_a_cookie_get_the_same_bytes(cached, luna):
    stranger, known = cached.test_client(), cached.test_client()
    known.get(f"{luna.url}/me")
    known.get("/sign-in")
    assert known.get_cookie("vitrine") is not None

    theirs, ours = stranger.get(luna.url), known.get(luna.url)

    assert ours.data == theirs.data
    assert ours.headers["Age"] == "0"
    assert "Set-Cookie" not in ours.headers


def test_a_personal_answer_is_never_kept(cached, luna):
    first, second = (cached.test_client().get(f"{luna.url}/me").get_json() for _ in range(2))

    assert first["key"] != second["key"]
    assert first["csrf"] != second["csrf"]


@pytest.mark.parametrize("reads", [True, False], ids=["reads the cookie", "writes one"])
def test_an_answer_that_touches_a_cookie_is_not_kept_even_when_it_says_it_is_public(own_app, watch, reads):
    made = []

    def view():
        made.append(1)
        if reads:
            cookie.get("guest")
            return public("<p>Hello</p>", keep=60)
        answer = make_response(public("<p>Hello</p>", keep=60))
        answer.set_cookie("a", "b")
        return answer

    own_app.add_url_rule("/strange", "shop.strange", view)
    page_cache.init_app(own_app, watch)
    client = own_app.test_client()
    client.inspecting = False

    client.get("/strange")
    client.get("/strange")

    assert len(made) == 2


def test_an_error_is_never_kept(cached, luna, database, queries):
    client = cached.test_client()
    client.get("/d/no-such-drop")
    with queries() as seen:
        client.get("/d/no-such-drop")
    assert seen

    with database.transaction() as session:
        session.get_one(Drop, luna.drop.id).state = DropState.CANCELLED
    client.get(luna.url)
    with queries() as seen:
        answer = client.get(luna.url)

    assert answer.status_code == 410
    assert seen


def test_a_form_is_never_answered_from_the_cache(cached, luna):
    client = cached.test_client()
    client.get(luna.url)

    assert client.post(luna.url).status_code in (400, 405)


def test_who_has_the_page_already_gets_an_empty_answer(cached, luna):
    client = cached.test_client()
    tag = client.get(luna.url).headers["ETag"]

    answer = client.get(luna.url, headers={"If-None-Match": f'"something else", {tag}'})
    other = client.get(luna.url, headers={"If-None-Match": '"something else"'})

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"] == other.headers["Cache-Control"]
    assert "Content-Type" not in answer.headers
    assert other.status_code == 200


def test_a_304_of_the_app_keeps_the_whole_page_for_others(cached, watch, luna):
    client = cached.test_client()
    whole = client.get(luna.url)
    watch.at += 10
    renewed = client.get(luna.url, headers={"If-None-Match": whole.headers["ETag"]})

    kept = client.get(luna.url)

    assert (renewed.status_code, renewed.headers.get("Age")) == (304, None)
    assert (kept.status_code, kept.headers["Age"]) == (200, "0")
    assert kept.data == whole.data
    assert kept.headers["Content-Type"] == whole.headers["Content-Type"]


def test_head_is_the_same_answer_without_its_body_whoever_came_first(cached, watch, luna):
    client = cached.test_client()
    made = client.head(luna.url)
    page = client.get(luna.url)
    kept = client.head(luna.url)

    assert page.headers["Age"] == "0"
    assert (made.data, kept.data) == (b"", b"")
    assert made.headers["Content-Length"] == kept.headers["Content-Length"] == str(len(page.data))
    assert len(page.data) > 1000


def test_the_kept_answer_has_the_apps_headers_and_its_own_number_and_age(cached, watch, own_app):
    client = cached.test_client()
    made = client.get("/artists")
    watch.at += 2.5

    kept = client.get("/artists")

    own = {"X-Request-Id", "Age", "Date"}
    assert {k: v for k, v in kept.headers if k not in own} == {k: v for k, v in made.headers if k not in own}
    assert kept.headers["X-Request-Id"] != made.headers["X-Request-Id"]
    assert kept.headers["Age"] == "2"


def test_each_kept_answer_has_its_line_in_the_log(cached, luna, caplog):
    client = cached.test_client()
    client.get(luna.url)
    with caplog.at_level(logging.INFO, "storefront.access"):
        answer = client.get(luna.url)

    (line,) = caplog.records
    assert (line.method, line.route, line.status) == ("GET", "/d/<slug>", 200)
    assert line.request == answer.headers["X-Request-Id"]


def test_a_crowd_causes_one_render_of_a_page_nobody_has_asked_for_yet(cached, luna, queries):
    renders, answers = count_renders(cached, luna.url, CROWD, queries)

    assert renders == 1
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1


def test_without_the_cache_each_of_them_causes_one(own_app, luna, queries):
    renders, _answers = count_renders(own_app, luna.url, CROWD, queries)

    assert renders == CROWD


def test_while_one_renders_the_others_get_the_old_bytes_and_do_not_wait(cached, watch, luna, database, queries):
    path = f"{luna.url}/live.json"
    cached.test_client().get(path)
    sell_one(database, luna)
    watch.at += 1.5

    renders, answers = count_renders(cached, path, CROWD, queries, wait=0.3)

    assert renders == 1
    assert sorted(sold(answer) for answer in answers) == [*[0] * (CROWD - 1), 1]


def test_old_bytes_that_are_too_old_are_given_to_nobody(cached, watch, luna, database, queries):
    path = f"{luna.url}/live.json"
    cached.test_client().get(path)
    sell_one(database, luna)
    watch.at += 2.0

    renders, answers = count_renders(cached, path, CROWD, queries)

    assert renders == 1
    assert {sold(answer) for answer in answers} == {1}


def test_a_render_that_fails_leaves_nobody_waiting(cached, watch, luna, database):
    engine = database.engine
    client = cached.test_client()
    client.get(luna.url)
    watch.at += 60

    def fail(*_):
        raise RuntimeError("no")

    cached.config["PROPAGATE_EXCEPTIONS"] = False
    event.listen(engine, "before_cursor_execute", fail)
    try:
        broken = client.get(luna.url)
    finally:
        event.remove(engine, "before_cursor_execute", fail)

    assert broken.status_code == 500
    assert client.get(luna.url).status_code == 200


def test_a_crowd_before_what_is_not_kept_is_let_through(cached, luna, queries):
    renders, answers = count_renders(cached, "/d/no-such-drop", 4, queries)

    assert renders == 4
    assert {answer.status_code for answer in answers} == {404}


def test_odd_queries_do_not_push_a_page_out(cached, luna, queries):
    client = cached.test_client()
    client.get(luna.url)
    for number in range(300):
        client.head(f"/robots.txt?odd={number}")

    with queries() as seen:
        client.get(luna.url)

    assert seen == []


def test_nor_do_more_pages_than_it_has_room_for(luna, cached):
    shelf = page_cache._Shelf(most=3, most_bytes=100)
    for number in range(10):
        shelf.put(("http", "h", str(number), ""), a_kept(b"x" * 40))

    assert [number for number in range(10) if shelf.get(("http", "h", str(number), ""))] == [8, 9]


def a_kept(body):
    return page_cache._Kept(page_cache._Marked("/", body, "text/html", 1, 1), [], None, 0)


def test_a_query_that_means_something_has_a_page_of_its_own_and_a_mailings_mark_means_nothing(cached, luna, queries):
    client = cached.test_client()
    all_of_them = client.get("/drops").data
    silver = client.get("/drops?metal=silver").data
    with queries() as seen:
        marked = client.get("/drops?utm_source=letter&fbclid=1").data
        both = client.get("/drops?utm_source=letter&metal=silver").data

    assert silver != all_of_them
    assert (marked, both) == (all_of_them, silver)
    assert seen == []


def test_no_page_reads_what_is_ignored():
    from storefront import paths  # noqa: PLC0415

    sources = [*(paths.TEMPLATES.parent / "storefront").rglob("*.py"), *paths.TEMPLATES.rglob("*.html")]
    reading = [path for path in sources if path.name != "languages.py" and "utm_" in path.read_text(encoding="utf-8")]

    assert reading == []


def test_another_host_is_another_page(cached, luna):
    client = cached.test_client()
    client.get(luna.url)

    elsewhere = client.get(luna.url, base_url="http://elsewhere.example")

    assert "Age" not in elsewhere.headers


@pytest.mark.parametrize(("kind", "kept"), [("test", False), ("demo", True)])
def test_every_shop_but_the_tests_own_has_it(settings, database, clock, gateway, kind, kept):
    app = create_app(dataclasses.replace(settings, kind=kind), database=database, clock=clock, gateway=gateway)
    client = app.test_client()

    client.get("/robots.txt")

    assert ("Age" in client.get("/robots.txt").headers) is kept
