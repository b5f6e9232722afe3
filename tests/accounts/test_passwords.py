import subprocess
import sys
import threading

import argon2
import pytest

from storefront.accounts.passwords import UNUSABLE, hash_password, is_outdated, is_right


@pytest.fixture
def verified(monkeypatch):
    """Every hash the library was asked to verify."""
    seen = []
    verify = argon2.PasswordHasher.verify
    monkeypatch.setattr(argon2.PasswordHasher, "verify", lambda self, h, p: (seen.append(h), verify(self, h, p))[1])
    return seen


def test_the_right_password_is_right_and_any_other_is_not():
    kept = hash_password("nine green umbrellas")

    assert is_right(kept, "nine green umbrellas")
    assert not is_right(kept, "nine green umbrella")
    assert not is_right(kept, "")


def test_the_same_password_from_another_keyboard_is_right():
    assert is_right(hash_password("\u00fcber allen Gipfeln"), "u\u0308ber allen Gipfeln")


def test_a_hash_is_argon2id_with_the_parameters_of_owasp():
    parameters = argon2.extract_parameters(hash_password("nine green umbrellas"))

    assert (parameters.type, parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (
        argon2.Type.ID,
        19 * 1024,
        2,
        1,
    )


def test_a_hash_made_with_less_is_outdated():
    assert is_outdated(argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x"))
    assert not is_outdated(hash_password("x"))


@pytest.mark.parametrize("kept", [None, UNUSABLE])
def test_without_a_password_to_compare_a_hash_of_the_same_cost_is_verified_all_the_same(kept, verified):
    assert not is_right(kept, "nine green umbrellas")

    (dummy,) = verified
    assert argon2.extract_parameters(dummy) == argon2.extract_parameters(hash_password("x"))


@pytest.mark.parametrize("kept", ["", "not a hash", "$argon2id$v=19$m=1$broken", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_broken_hash_opens_nothing(kept):
    assert not is_right(kept, "anything")


def test_no_more_than_four_are_hashed_at_once(monkeypatch):
    now, most, guard = 0, 0, threading.Lock()
    real = argon2.PasswordHasher.hash

    def counting(self, password):
        nonlocal now, most
        with guard:
            now += 1
            most = max(most, now)
        try:
            return real(self, password)
        finally:
            with guard:
                now -= 1

    monkeypatch.setattr(argon2.PasswordHasher, "hash", counting)
    threads = [threading.Thread(target=hash_password, args=("x",)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 < most <= 4


AMONG_GREENLETS = """
from gevent import monkey
monkey.patch_all()
import gevent
from storefront.accounts import passwords
turns = []
def others():
    while True:
        gevent.sleep(0.001)
        turns.append(1)
other = gevent.spawn(others)
gevent.sleep(0.01)
turns.clear()
for _ in range(5):
    kept = passwords.hash_password("nine green umbrellas")
print(len(turns), passwords.is_right(kept, "nine green umbrellas"), passwords.is_right(kept, "nine"))
"""
ALONE = "passwords._aside = lambda work, *given: work(*given)"


@pytest.mark.parametrize("aside", [True, False])
def test_a_hash_lets_the_others_of_a_gevent_worker_go_on(aside):
    program = AMONG_GREENLETS if aside else AMONG_GREENLETS.replace("turns = []", f"turns = []; {ALONE}")
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    turns, right, wrong = told.stdout.split()

    assert (right, wrong) == ("True", "False")
    assert (int(turns) > 15) == aside, "and without it they wait: the test can fail"
