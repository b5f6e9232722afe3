"""The child process in which every pixel is touched: limited in memory and time, told and answering in JSON."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storefront.media.limits import Limits

# Any: what json reads; both ends of this pipe are in this package.
Message = dict[str, Any]

_HOME = Path(__file__).resolve().parents[2]


class ChildTookTooLong(Exception):
    """The child was ended for using up its time."""


class ChildFailed(Exception):
    """The child ended without an answer: out of memory, or worse."""


def run_child(module: str, request: Message, limits: Limits) -> Message:
    """Ask a module of this package, run as a process of its own, and wait for its answer."""
    told = {**request, "memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds}
    try:
        child = subprocess.run(  # noqa: S603  our own interpreter and module; nothing of the upload is on the command line
            [sys.executable, "-m", module],
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=limits.wall_seconds,
            cwd=_HOME,
            env={"PATH": os.defpath},  # none of the shop's secrets
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ChildTookTooLong from None
    if child.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise ChildTookTooLong
    if child.returncode != 0:
        raise ChildFailed(child.stderr[-2000:].decode(errors="replace"))
    answer: Message = json.loads(child.stdout)
    return answer


def answer_parent(work: Callable[[Message], Message]) -> None:
    """The child's whole life: limit itself, do the work it is told, say how it went."""
    request = json.load(sys.stdin)
    memory, seconds = request["memory_bytes"], request["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(work(request), sys.stdout)
