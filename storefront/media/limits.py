"""Limits: how large a picture may be, and how much of the machine looking at it may cost."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """For the file and its pixels, and for the child process that opens it."""

    file_bytes: int = 20 * MEGABYTE
    pixels: int = 40_000_000
    side: int = 12_000
    drawing_side: int = 2_000  # a drawing has no pixels of its own: its longer side becomes so many
    memory_bytes: int = 1024 * MEGABYTE
    cpu_seconds: int = 10
    wall_seconds: float = 20


UPLOAD = Limits()
# Encoding is slow work on pixels already known to be good; it may take longer than a look at an upload.
ENCODING = Limits(cpu_seconds=90, wall_seconds=180)
