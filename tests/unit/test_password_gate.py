"""The gate before password hashes: two at a time, two that wait, all others are refused at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.accounts.passwords import HashGate, PasswordsBusy, password_hash, password_matches

FOREVER = 60.0  # seconds


class Crowd:
    """Threads that stand in the gate until they are let go."""

    def __init__(self, gate: HashGate) -> None:
        self.gate = gate
        self.inside = threading.Semaphore(0)
        self.may_go = threading.Event()
        self.together = self.most = 0
        self._lock = threading.Lock()

    def enter(self) -> None:
        with self.gate.turn():
            with self._lock:
                self.together += 1
                self.most = max(self.most, self.together)
            self.inside.release()
            assert self.may_go.wait(FOREVER)
            with self._lock:
                self.together -= 1


def wait_for(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not condition():
        pause.wait(0.01)


def test_two_are_in_two_wait_and_the_fifth_is_refused_at_once() -> None:
    gate = HashGate(at_once=2, waiting_max=2, patience=FOREVER)
    crowd = Crowd(gate)
    with ThreadPoolExecutor(4) as pool:
        entries = [pool.submit(crowd.enter) for _ in range(4)]
        for _ in range(2):
            assert crowd.inside.acquire(timeout=FOREVER)
        wait_for(lambda: gate._seats._value == 0)
        with pytest.raises(PasswordsBusy) as refused, gate.turn():
            pass
        assert (refused.value.status, refused.value.code) == (429, "too_many_requests")
        assert 1 <= int(refused.value.headers["Retry-After"]) <= 4
        crowd.may_go.set()
        for entry in entries:
            entry.result(FOREVER)
    assert crowd.most == 2
    with gate.turn():
        pass


def test_who_has_waited_long_enough_is_refused_and_frees_the_place() -> None:
    gate = HashGate(at_once=1, waiting_max=1, patience=0.01)
    with gate.turn():
        for _ in range(3):
            with pytest.raises(PasswordsBusy), gate.turn():
                pass
    with gate.turn():
        pass


def test_a_fault_inside_frees_the_place() -> None:
    gate = HashGate(at_once=1, waiting_max=0, patience=0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), gate.turn():
            raise ZeroDivisionError
    with gate.turn():
        pass


def test_a_password_matches_its_own_hash_only() -> None:
    stored = password_hash("correct horse battery")
    assert password_matches("correct horse battery", stored)
    assert not password_matches("correct horse", stored)
    for nothing in (None, "", password_hash(None)):
        assert not password_matches("", nothing)
        assert not password_matches("correct horse battery", nothing)


def test_without_an_account_the_answer_costs_a_hash_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    encoded: list[str] = []
    real = PBKDF2PasswordHasher.encode

    def encode(self: PBKDF2PasswordHasher, password: str, salt: str, iterations: int | None = None) -> str:
        encoded.append(password)
        return real(self, password, salt, iterations)

    stored = password_hash("correct horse battery")
    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", encode)
    for known in (stored, None):
        encoded.clear()
        password_matches("guess", known)
        assert len(encoded) == 1
