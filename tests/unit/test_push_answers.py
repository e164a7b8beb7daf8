"""What the answer of a push service means."""

import time

import pytest
from django.utils.http import http_date

from worker.channels.outcome import Gone, PermanentFailure, TransientFailure
from worker.channels.webpush.answers import failure_of, retry_after, speaks_against_the_browser
from worker.channels.webpush.line import Answer


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_two_hundred_and_something_is_taken(status: int) -> None:
    assert failure_of(Answer(status, "", "")) is None


@pytest.mark.parametrize(
    ("status", "kind", "counts"),
    [
        (301, PermanentFailure, True),
        (307, PermanentFailure, True),
        (400, PermanentFailure, True),
        (401, TransientFailure, False),
        (403, TransientFailure, False),
        (404, Gone, False),
        (405, PermanentFailure, True),
        (410, Gone, False),
        (413, PermanentFailure, False),
        (429, TransientFailure, False),
        (500, TransientFailure, True),
        (502, TransientFailure, True),
        (503, TransientFailure, False),
        (599, TransientFailure, True),
    ],
)
def test_a_refusal_is_of_one_kind(status: int, kind: type[Exception], counts: bool) -> None:
    answer = Answer(status, "", "the reason")
    failure = failure_of(answer)
    assert type(failure) is kind
    assert str(failure) == f"{status} the reason"
    assert speaks_against_the_browser(answer) is counts


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_says_when_to_come_again(status: int) -> None:
    failure = failure_of(Answer(status, "120", ""))
    assert isinstance(failure, TransientFailure)
    assert failure.after == 120


@pytest.mark.parametrize(
    "field", ["", "soon", "-1", "1.5", "9" * 10, "9" * 5_000, "Mon, 99 Nov 2026 00:00:00 GMT", "١"]
)
def test_a_malformed_retry_after_is_none(field: str) -> None:
    assert retry_after(field) is None


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after(" 0 ") == 0
    in_an_hour = retry_after(http_date(time.time() + 3600))
    assert in_an_hour is not None
    assert 3590 < in_an_hour <= 3600
    assert retry_after("Sunday, 06-Nov-94 08:49:37 GMT") == 0
    assert retry_after("Sun Nov  6 08:49:37 1994") == 0
