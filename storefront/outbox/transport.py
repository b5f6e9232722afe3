"""Ways a mail leaves: by SMTP, or as a file for whoever tries the shop on their own machine."""

import smtplib
import ssl
import tempfile
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from storefront.loopback import is_loopback

_TIMEOUT = 5.0
_SMTPS = 465
_SUBMISSION = 587


class NoTransport(OSError):
    """The mail server cannot be reached: no message of this round will get through."""


class Send(Protocol):
    def __call__(self, name: str, message: EmailMessage) -> None: ...


class Transport(Protocol):
    def opened(self) -> AbstractContextManager[Send]:
        """Ready to take several messages. Raises NoTransport."""


class Folder:
    """Each mail a file `<name>.eml`, complete or absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def opened(self) -> Generator[Send]:
        self._folder.mkdir(parents=True, exist_ok=True)
        yield self._write

    def _write(self, name: str, message: EmailMessage) -> None:
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
            part.write(message.as_bytes())
        Path(part.name).replace(self._folder / f"{name}.eml")


class Smtp:
    """A mail server named by a URL: smtp://user:password@host:587 or smtps://… Away from this machine only with TLS."""

    def __init__(self, url: str, *, timeout: float = _TIMEOUT) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "localhost"
        self._implicit = parts.scheme == "smtps"
        self._port = parts.port or (_SMTPS if self._implicit else _SUBMISSION)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._timeout = timeout

    @contextmanager
    def opened(self) -> Generator[Send]:
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as problem:
            raise NoTransport(str(problem)) from problem
        with server:
            yield lambda _name, message: self._send(server, message)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._implicit:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
            if not is_loopback(self._host):
                server.starttls(context=context)
        if self._user:
            server.login(self._user, self._password)
        return server

    def _send(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        try:
            server.send_message(message)
        except smtplib.SMTPServerDisconnected as problem:
            raise NoTransport(str(problem)) from problem
