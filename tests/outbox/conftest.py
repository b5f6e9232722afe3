"""Where the outbox's mail goes to."""

import socket

import pytest

from mail_server import MailServer


@pytest.fixture
def smtp():
    with MailServer() as server:
        yield server


@pytest.fixture
def unused_tcp_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
