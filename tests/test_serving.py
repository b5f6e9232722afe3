"""The shorter way reads a head as gunicorn's own parser does, or leaves it to that parser."""

import re
import socket

import pytest
from gunicorn.config import Config
from gunicorn.http import wsgi
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from hypothesis import given
from hypothesis import strategies as st

from storefront.serving import OnePiece, PlainRequest

PLAIN = b"POST /d/one/holds?a=1 HTTP/1.1\r\nHost: shop.example.org\r\nX-Forwarded-Proto: https\r\nContent-Length: 3\r\n\r\na=1GET"
HEADS = [
    PLAIN,
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"HEAD /a;b?c?d=%20&e HTTP/1.1\r\nhost:a\r\nx-empty:\r\nX-Spaces: \t b c \t\r\nCookie: \xe4=1\r\n\r\n",
    b"GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET //evil.example/a HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.0\r\nHost: a\r\n\r\n",
    b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\nHost: a\n\n",
    b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
    b"GET /\xe4 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\x7fb\r\n\r\n",
    b"GET / HTTP/1.1\r\n: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nX_Forwarded_For: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nSCRIPT_NAME: /a\r\n\r\n",
    b"GET / HTTP/1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n\r\n",
    b"GET / HTTP/1.1\r\nX-Forwarded-Ssl: on\r\nX-Forwarded-Proto: http\r\n\r\n",
    b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
    b"POST / HTTP/1.1\r\nExpect: tea\r\nContent-Length: 1\r\n\r\na",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Type: a\r\nContent-Type: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"GET /" + b"a" * 300 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"a" * 300 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 7 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n",
    b"",
]


def limits():
    config = Config()
    for name, value in {"limit_request_line": 200, "limit_request_field_size": 250, "limit_request_fields": 6}.items():
        config.set(name, value)
    return config


def read(kind, *pieces, peer=("127.0.0.1", 4000), config=None):
    """All the shop learns of a request, or how it was refused; and what is left for the next one."""
    unreader = IterUnreader(pieces)
    try:
        found = kind(config or limits(), unreader, peer)
        body = found.body.read()
    except Exception as refusal:  # noqa: BLE001  whatever it is, it must be the same
        return type(refusal), str(refusal)
    told = (found.method, found.uri, found.path, found.query, found.fragment, found.version, found.scheme)
    return told, found.headers, found.should_close(), found._expected_100_continue, body, unreader.take_buffered()


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("peer", [("127.0.0.1", 4000), ("203.0.113.9", 4000), b""], ids=["proxy", "stranger", "socket"])
def test_both_read_the_same(head, peer):
    assert read(PlainRequest, head, peer=peer) == read(Request, head, peer=peer)


@given(st.lists(st.sampled_from([*b"GET POS/?#: \t\r\n_-a1\xe4\x00\x7f", *PLAIN]), max_size=60), st.data())
def test_both_read_the_same_of_whatever_a_plain_head_is_turned_into(noise, data):
    start = data.draw(st.integers(0, len(PLAIN)))
    end = data.draw(st.integers(start, min(len(PLAIN), start + 20)))
    head = PLAIN[:start] + bytes(noise[: data.draw(st.integers(0, len(noise)))]) + PLAIN[end:]
    cut = data.draw(st.integers(0, len(head)))

    for pieces in ([head], [head[:cut], head[cut:]]):
        assert read(PlainRequest, *pieces) == read(Request, *pieces)


def test_a_plain_head_takes_the_short_way(monkeypatch):
    monkeypatch.setattr(Request, "_parse_python", lambda *_: pytest.fail("the long way"))

    told, headers, *_rest, left = read(PlainRequest, PLAIN)

    assert told == ("POST", "/d/one/holds?a=1", "/d/one/holds", "a=1", "", (1, 1), "https")
    assert headers[0] == ("HOST", "shop.example.org")
    assert left == b"GET"


def sent(kind, status, headers, *pieces, method="GET"):
    config = Config()
    request = Request(config, IterUnreader([f"{method} / HTTP/1.1\r\nHost: a\r\n\r\n".encode()]), ("127.0.0.1", 1))
    ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)  # keeps apart what was written apart
    with theirs:
        with ours:
            response = kind(request, ours, config)
            response.start_response(status, headers)
            for piece in pieces:
                response.write(piece)
            response.close()
        packets = [re.sub(rb"Date: .*?\r\n", b"", packet) for packet in iter(lambda: theirs.recv(10_000), b"")]
    return response.should_close(), packets


@pytest.mark.parametrize(
    ("status", "length", "pieces", "method"),
    [
        ("200 OK", "4", [b"abcd"], "GET"),
        ("200 OK", "4", [b"ab", b"cd"], "GET"),
        ("200 OK", "3", [b"abcd"], "GET"),
        ("200 OK", "0", [], "GET"),
        ("200 OK", "4", [b"abcd"], "HEAD"),
        ("304 Not Modified", "4", [b"abcd"], "GET"),
        ("200 OK", None, [b"abcd", b""], "GET"),
    ],
)
def test_both_send_the_same(status, length, pieces, method):
    headers = [("X-One", "ä")] + ([("Content-Length", length)] if length else [])

    ours, theirs = (sent(kind, status, headers, *pieces, method=method) for kind in (OnePiece, wsgi.Response))

    assert (ours[0], b"".join(ours[1])) == (theirs[0], b"".join(theirs[1]))


def test_a_body_that_comes_whole_leaves_with_its_headers():
    headers = [("Content-Length", "4")]

    assert [len(sent(kind, "200 OK", headers, b"abcd")[1]) for kind in (OnePiece, wsgi.Response)] == [1, 2]
