"""The wire between a process and its press: a JSON message and the bytes that go with it, both ways."""

import json
import socket
import struct
import time
from typing import Any

# Any: what json reads; both ends of this wire are in this package.
Message = dict[str, Any]

_LENGTH = struct.Struct(">I")
_LONGEST_MESSAGE = 2**20
_LONGEST_BLOB = 256 * 2**20  # the largest upload, as plain pixels


class HungUp(Exception):
    """The other end is gone."""


def send(wire: socket.socket, message: Message, blobs: tuple[bytes, ...] = ()) -> None:
    """Raises HungUp."""
    head = json.dumps({**message, "blobs": [len(blob) for blob in blobs]}).encode()
    try:
        for part in (_LENGTH.pack(len(head)) + head, *blobs):
            wire.sendall(part)
    except TimeoutError:
        raise
    except OSError as gone:
        raise HungUp from gone


def receive(wire: socket.socket, until: float) -> tuple[Message, tuple[bytes, ...]]:
    """Raises HungUp, and TimeoutError when the moment (of time.monotonic) passes."""
    (length,) = _LENGTH.unpack(_exactly(wire, _LENGTH.size, until))
    if length > _LONGEST_MESSAGE:
        raise HungUp("this is no message of ours")
    message: Message = json.loads(_exactly(wire, length, until))
    lengths = message.pop("blobs")
    if sum(lengths) > _LONGEST_BLOB:
        raise HungUp("this is no message of ours")
    return message, tuple(_exactly(wire, wanted, until) for wanted in lengths)


def _exactly(wire: socket.socket, wanted: int, until: float) -> bytes:
    found = bytearray()
    while len(found) < wanted:
        wire.settimeout(max(0.001, until - time.monotonic()))
        try:
            part = wire.recv(min(wanted - len(found), 2**18))
        except TimeoutError:
            raise
        except OSError as gone:
            raise HungUp from gone
        if not part:
            raise HungUp
        found += part
    return bytes(found)
