"""Failpoints: each action, each way to ask for it, and every place they are put."""

import re
import subprocess
import sys
import time
import timeit
from pathlib import Path

import pytest

from storefront import failpoints, paths

PASS = "from storefront.failpoints import reach; reach('F3'); reach('F4'); print('alive')"


def passing(asked=None):
    environ = {} if asked is None else {"FAILPOINT": asked}
    return subprocess.run([sys.executable, "-c", PASS], env=environ, capture_output=True, text=True, check=False)


def test_a_process_dies_at_its_failpoint_without_a_word():
    ended = passing("F4:kill9")

    assert (ended.returncode, ended.stdout, ended.stderr) == (-9, "", "")


def test_it_may_raise_there():
    assert "Reached: F4" in passing("F4:raise").stderr


def test_it_may_wait_there():
    began = time.monotonic()

    ended = passing("F4:sleep=0.5")

    assert ended.stdout == "alive\n"
    assert time.monotonic() - began >= 0.5


@pytest.mark.parametrize("asked", [None, "", "F5:kill9"])
def test_others_pass_by(asked):
    assert passing(asked).stdout == "alive\n"


def test_a_file_is_obeyed_once(tmp_path):
    armed = tmp_path / "failpoint"
    armed.write_text("F4:kill9")

    ended = [passing(f"@{armed}").returncode for _ in range(2)]

    assert ended == [-9, 0]
    assert list(tmp_path.iterdir()) == []


def test_a_file_about_another_place_is_left_there(tmp_path):
    armed = tmp_path / "failpoint"
    armed.write_text("F5:kill9")

    assert passing(f"@{armed}").stdout == "alive\n"
    assert armed.read_text() == "F5:kill9"


def test_every_failpoint_has_its_place():
    source = [*(paths.ROOT / "storefront").rglob("*.py"), Path(paths.MIGRATIONS, "env.py")]
    placed = {name for path in source for name in re.findall(r"\breach\(\"(F\d+)\"\)", path.read_text())}

    assert placed == set(failpoints.NAMES)


def test_it_costs_next_to_nothing_where_nobody_asks():
    fastest = min(timeit.repeat(lambda: failpoints.reach("F4"), number=10_000, repeat=5)) / 10_000

    assert fastest < 1e-6
