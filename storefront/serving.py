"""gunicorn's gevent worker, with a shorter way for the plain requests that browsers and proxies send.

What is read and what is sent stays gunicorn's: its limits, its policy about headers, its own parser for whatever is not
plain. Only the two steps that cost most in a rush are done in fewer: a plain head is read with one pattern, and an answer
that is one piece leaves with its headers in one packet.
"""

import re
from functools import lru_cache
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.http.message import Request, _ip_in_allow_list
from gunicorn.http.parser import RequestParser
from gunicorn.workers.ggevent import GeventWorker

# Every line ends as it should; names have no underscore, values no control characters; nothing is folded.
_HEAD = re.compile(
    rb"(GET|HEAD|POST) (/(?!/)[!\"$-~]*) HTTP/1\.1\r\n"
    rb"((?:[!#$%&'*+\-.^`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)+)\r\n"
)
_ALWAYS_JUDGED = {"HOST", "CONTENT-TYPE", "EXPECT"}  # by gunicorn's policy, with the headers that tell the scheme


class Worker(GeventWorker):  # type: ignore[misc]  # gunicorn publishes no types
    def init_process(self) -> None:
        RequestParser.mesg_class, wsgi.Response = PlainRequest, OnePiece  # gunicorn has a setting for neither
        super().init_process()


class PlainRequest(Request):  # type: ignore[misc]  # as above
    def _parse_python(self, unreader: Any, buf: bytearray) -> bytes:
        head = _HEAD.match(buf)
        if head is None or head.end() > min(self.limit_request_line, self.limit_request_field_size):
            return super()._parse_python(unreader, buf)  # type: ignore[no-any-return]
        lines = head[3].decode("latin-1").split("\r\n")[:-1]
        if len(lines) > self.limit_request_fields:
            return super()._parse_python(unreader, buf)  # type: ignore[no-any-return]
        target = head[2].decode()
        path, _mark, query = target.partition("?")
        self.method, self.uri, self.version = head[1].decode(), target, (1, 1)
        self.path, self.query, self.fragment = path, query, ""
        self.headers = self._judged(lines)
        return bytes(buf[head.end() :])

    def _judged(self, lines: list[str]) -> list[tuple[str, str]]:
        secure, forwarders = self._peer_trusted_for_forwarded()
        scheme_state, seen = [False], set[str]()
        found = []
        for line in lines:
            name, _colon, value = line.partition(":")
            name, value = name.upper(), value.strip(" \t")
            if name in _ALWAYS_JUDGED or name in secure:
                self._apply_header_policy(name, value, scheme_state, seen, secure, forwarders)
            found.append((name, value))
        return found

    def _peer_is_trusted_proxy(self) -> bool:
        return not isinstance(self.peer_addr, tuple) or _may_forward(self.cfg, self.peer_addr[0])


@lru_cache(1_024)
def _may_forward(cfg: Any, address: str) -> bool:
    found: bool = _ip_in_allow_list(address, cfg.forwarded_allow_ips, cfg.forwarded_allow_networks())
    return found


class OnePiece(wsgi.Response):  # type: ignore[misc]  # as above
    """Sends a body that comes whole with its headers; two packets wake the other side twice."""

    def write(self, arg: bytes) -> None:
        is_whole = isinstance(arg, bytes) and self.response_length == len(arg) and not self._omits_body
        if self.headers_sent or self.chunked or not is_whole:
            super().write(arg)
            return
        lines = [*self.default_headers(), *(f"{name}: {value}\r\n" for name, value in self.headers), "\r\n"]
        util.write(self.sock, "".join(lines).encode("latin-1") + arg)
        self.headers_sent: bool = True
        self.sent = len(arg)
