"""Failpoints: places where a test lets a process die, so that what follows a death is known and not hoped for.

`FAILPOINT=F4:kill9` in the environment ends the process where it reaches F4; `F4:raise` raises there, `F4:sleep=2` waits.
`FAILPOINT=@FILE` reads such a line from the file and removes it first: it happens once, and may be armed while the
process runs. Without FAILPOINT nothing happens; production refuses to start with it.
"""

import os
import re
import signal
import time
from pathlib import Path

NAMES = {
    "F1": "before the commit of a hold",
    "F2": "a hold is committed, nobody was answered",
    "F3": "an attempt has its turn, the provider was not asked for its session",
    "F4": "the provider has made the session, its id is not stored",
    "F5": "the session's id is stored, the buyer was not sent there",
    "F6": "a webhook has been read, not verified",
    "F7": "an event is stored, its effect has not begun",  # in the clock, which follows it up
    "F8": "web: an event is stored, not answered; clock: it has had its effect, and is not marked as handled",
    # F9 and F10, before and after a capture, come with the draw: until then every payment is captured by the provider.
    "F11": "an order is paid, its mail waits",
    "F12": "a mail was handed over, and is not marked as sent",
    "F13": "the provider has ended a session, its piece is not released",
    "F14": "in the midst of a migration",
}
_LINE = re.compile(r"(F\d+):(kill9|raise|sleep=(\d+(?:\.\d+)?))")
_ASKED = os.environ.get("FAILPOINT", "")


class Reached(Exception):
    """What `raise` raises."""


def reach(name: str) -> None:
    """The process is at this failpoint."""
    if _ASKED:
        _stand_at(name)


def problem(asked: str) -> str | None:
    """What is wrong with a FAILPOINT, in a sentence."""
    if asked.startswith("@") or ((found := _LINE.fullmatch(asked)) and found[1] in NAMES):
        return None
    return f"FAILPOINT is {asked!r}; it is like F4:kill9, F4:raise or F4:sleep=2, or @ and the file that says so."


def _stand_at(name: str) -> None:
    found = _LINE.fullmatch(_take_line(name) if _ASKED.startswith("@") else _ASKED)
    if found is None or found[1] != name:
        return
    if found[2] == "kill9":
        os.kill(os.getpid(), signal.SIGKILL)
    if found[2] == "raise":
        raise Reached(name)
    time.sleep(float(found[3]))


def _take_line(name: str) -> str:
    """The file's line, if it is about this place and nobody else has taken it."""
    path = Path(_ASKED[1:])
    taken = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        line = path.read_text().strip()
        if not line.startswith(f"{name}:"):
            return ""
        path.rename(taken)
    except FileNotFoundError:
        return ""
    taken.unlink()
    return line
