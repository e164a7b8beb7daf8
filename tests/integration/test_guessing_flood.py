"""A flood of sign-ins, with hashes that cost what they cost: who is signed in still gets answers."""

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.accounts.models import User
from backend.accounts.passwords import HASHES_AT_ONCE
from tests.conftest import token_of
from tests.support.hark import Hark
from tests.support.http import request

pytestmark = pytest.mark.django_db(transaction=True)

GUESSES = 120
GAVE_UP = 0
AT_ONCE = 60  # open connections; what waits for a thread is fewer than the queue takes


def test_120_parallel_guesses_leave_a_signed_in_person_their_answers(hark: Hark, alice: User, direct: int) -> None:
    hark.start("web", HARK_LIMITS="off")  # the person sends faster than people do
    token, over = token_of(alice), threading.Event()

    def guess(number: int) -> int:
        body = {"email": f"p{number}@example.com", "password": "wrong", "name": "x"}
        peer = f"198.51.100.{number}"
        try:
            answer = request(hark.port, "POST", "/api/v1/auth/tokens", body=body, x_forwarded_for=peer)
        except TimeoutError:
            return GAVE_UP  # strangers have few threads, and wait for them
        if answer.status != 401:
            assert int(answer.headers["Retry-After"]) >= 1
        return answer.status

    def chat() -> list[int]:
        """Poll and send until the guessing is over, and once more."""
        statuses, last = [], False
        while not last:
            last = over.is_set()
            body = {"client_id": str(uuid.uuid4()), "text": "still here"}
            statuses.append(request(hark.port, "GET", "/api/v1/sync", token=token).status)
            path = f"/api/v1/conversations/{direct}/messages"
            statuses.append(request(hark.port, "POST", path, token=token, body=body).status)
        return statuses

    with ThreadPoolExecutor(AT_ONCE) as pool, ThreadPoolExecutor(1) as person:
        chatting = person.submit(chat)
        try:
            guesses = Counter(pool.map(guess, range(GUESSES)))
        finally:
            over.set()
        statuses = Counter(chatting.result(120))
    assert set(statuses) == {200, 201}, statuses
    assert set(guesses) <= {401, 429, 503, GAVE_UP}, guesses
    assert guesses[401] >= HASHES_AT_ONCE, guesses
