"""The press is one child process that is warm, limited, mortal and replaced."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from storefront.pressing.asking import Previews
from storefront.pressing.press import Press, PressBroke, PressBusy, PressLimits, PressTookTooLong
from studio import a_drawing, a_plan, some_regions


@pytest.fixture
def press():
    press = Press()
    yield press
    press.close()


def look(press):
    return Previews(press, largest=64).show(some_regions(), a_plan())


def test_a_warm_child_serves_again_and_a_dead_one_is_replaced(press, monkeypatch):
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_not_for_children")
    press.limits = PressLimits(idle_seconds=0.5)
    first = look(press)
    pid = press.pid

    again = look(press)

    assert (again.picture, press.pid) == (first.picture, pid)
    assert b"sk_test" not in Path(f"/proc/{pid}/environ").read_bytes()
    os.kill(pid, signal.SIGKILL)
    assert look(press).picture == first.picture
    assert press.pid != pid
    leaves_by_itself(press.pid)


def test_it_is_warmed_up_without_waiting_and_only_where_it_is_cold(press):
    with press._turn:  # somebody's order
        press.warm()
    assert press.pid is None

    press.warm()
    pid = press.pid
    press.warm()
    assert press.pid == pid
    os.kill(pid, signal.SIGKILL)
    press._child.process.wait()
    press.warm()
    assert press.pid not in (pid, None)


def leaves_by_itself(pid):
    """Idle; what is left is what its parent has not asked about yet."""
    end = time.monotonic() + 20
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < end
        time.sleep(0.05)


def test_who_takes_too_long_is_ended(press):
    press.limits = PressLimits(wall_seconds=0.05)  # not even Python starts within it

    with pytest.raises(PressTookTooLong):
        look(press)

    assert press.pid is None


def test_who_needs_too_much_memory_is_ended(press):
    press.limits = PressLimits(memory_bytes=64 * 2**20)

    with pytest.raises(PressBroke):
        press.ask("read", {"colours": 8}, a_drawing(400)[0].read())

    assert press.pid is None


def test_who_can_not_wait_is_told_so(press):
    press.limits = PressLimits(queue=1, patience_seconds=0.3)
    refused = []

    def ask():
        began = time.monotonic()
        with pytest.raises(PressBusy):
            look(press)
        refused.append(time.monotonic() - began)

    with press._turn:  # somebody else's order
        askers = [threading.Thread(target=ask) for _ in range(2)]
        for asker in askers:
            asker.start()
            time.sleep(0.05)
        for asker in askers:
            asker.join()

    assert refused[0] < 0.2  # the queue was full
    assert refused[1] >= 0.3  # it waited, in vain
    assert press.pid is None


def test_under_gevent_others_go_on_while_one_waits_and_a_web_worker_loads_nothing_of_the_renderer():
    script = """
from gevent import monkey; monkey.patch_all()
import sys, gevent
sys.path.insert(0, "tests")
import storefront.app
from storefront.pressing.asking import Previews
from storefront.pressing.press import Press
from studio import a_plan, some_regions
ticks = []
def tick():
    while True:
        gevent.sleep(0.01)
        ticks.append(1)
gevent.spawn(tick)
press = Press()
Previews(press, largest=64).show(some_regions(), a_plan())
press.close()
print(len(ticks), [name for name in ("numpy", "scipy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    ticks, _space, loaded = done.stdout.strip().partition(" ")
    assert int(ticks) > 10, done
    assert loaded == "[]"
