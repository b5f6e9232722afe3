"""The load: wrk, for so many seconds, walking through prepared requests."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

WALK = Path(__file__).with_name("walk.lua")
CONNECTIONS = 64
_SLOW_END = 20  # seconds that wrk may take beyond its own end


class NoLoad(Exception):
    """There is no wrk, or what it did is no measurement."""


@dataclass(frozen=True)
class Ran:
    """What wrk saw. `refused`: answers that were neither 2xx nor 3xx; `refusals`: when those with 409 came."""

    requests: int
    seconds: float
    refused: int
    broken: int
    beyond: int
    p50_ms: float
    p99_ms: float
    refusals: list[float]

    @property
    def rate(self):
        return self.requests / self.seconds

    @property
    def placed(self):
        return self.requests - self.refused


def need_wrk():
    """wrk from Debian's packages, when it is absent and we may install it."""
    if shutil.which("wrk"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 300}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=False, env=environ, **quiet)
    if not shutil.which("wrk"):
        raise NoLoad("No wrk here, and it could not be installed: install it (Debian: apt install wrk) and try again.")


def run(address, prepared, *, seconds, connections=CONNECTIONS, once=False, watch=False):
    """Send the requests of the file, each once or over and over."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(WALK), address, "--"]
    words += [str(prepared), *(["once"] if once else []), *(["watch"] if watch else [])]
    done = subprocess.run(words, capture_output=True, text=True, timeout=seconds + _SLOW_END, check=False)
    if done.returncode or not done.stdout.rstrip().endswith("}"):
        raise NoLoad(f"wrk failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    ran = Ran(**json.loads(done.stdout.rstrip().splitlines()[-1]))
    if ran.beyond:
        raise NoLoad(f"{ran.beyond} requests were asked for beyond those prepared: the rate would be that of replays")
    return ran
