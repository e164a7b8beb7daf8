"""How often a client is asked to poll."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.live import pace
from backend.live.pace import HELD, HIDDEN, JITTER, LIVELY, QUIET, poll_interval

LOADS = st.floats(0, 1)


def middle(**circumstances: Any) -> float:
    """The interval without its jitter."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pace.random, "random", lambda: 0.5)
        return poll_interval(**circumstances)


@pytest.mark.parametrize(
    ("circumstances", "seconds"),
    [
        ({"visible": True}, LIVELY),
        ({"visible": True, "quiet": True}, QUIET),
        ({"visible": False}, HIDDEN),
        ({"visible": False, "quiet": True}, HIDDEN),
        ({"visible": True, "held": True}, HELD),
        ({"visible": False, "held": True}, HELD),  # whoever waits wants to know at once, seen or not
    ],
)
def test_it_follows_from_who_looks_and_whether_the_poll_is_held(circumstances: Any, seconds: float) -> None:
    assert middle(**circumstances) == seconds


@given(visible=st.booleans(), held=st.booleans(), quiet=st.booleans(), load=LOADS, more=LOADS)
def test_under_load_it_is_longer_and_never_shorter(
    visible: bool, held: bool, quiet: bool, load: float, more: float
) -> None:
    circumstances = {"visible": visible, "held": held, "quiet": quiet}
    assert middle(**circumstances, load=max(load, more)) >= middle(**circumstances, load=min(load, more))
    assert middle(**circumstances, load=1.0) > middle(**circumstances)


@given(visible=st.booleans(), held=st.booleans(), quiet=st.booleans(), load=LOADS)
def test_its_jitter_is_bounded(visible: bool, held: bool, quiet: bool, load: float) -> None:
    circumstances = {"visible": visible, "held": held, "quiet": quiet, "load": load}
    assert abs(poll_interval(**circumstances) / middle(**circumstances) - 1) <= JITTER + 1e-9


def test_clients_that_started_together_do_not_stay_together() -> None:
    assert len({poll_interval(visible=True) for _ in range(20)}) == 20
