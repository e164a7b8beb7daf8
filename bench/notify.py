"""Telling people who are away: Hark's worker against `delay()` for each message and each recipient."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import product

from bench.baselines import naive
from bench.harness import hark, push
from bench.harness.burst import Side, Told, burst
from bench.harness.lab import Lab, interleaved
from bench.harness.sinks import MailServer, PushService, Sink, listening
from bench.harness.statistics import ratios, spread
from bench.harness.table import Row

TITLE = "Telling people who are away"
EXPLANATION = """Somebody sends a burst of messages over HTTP to a group whose members are all away; a worker tells
them by email, or by push. Hark's worker of the Procfile against `bench/baselines/naive_celery`: `notify.delay()` for
each message and each recipient, `send_mail` (plain text) or pywebpush. Both have 3 processes on the one core, the same
PostgreSQL and Valkey, and the same mail server and push service on this machine, which take all and look at nothing.
The worker stands still while the burst is sent; the clock runs from then until the last mail of the burst is taken.
`HARK_PUSH_DELAY` and `HARK_EMAIL_DELAY` are 0: that Hark waits on purpose, up to 2 minutes and a tick of 5 s, is not
counted; its tick is given at the start and every 5 s from then. "Messages told" is messages times recipients, whatever
they came in: of that Hark's log says that all were told, and of mails and pushes the servers say how many came. `/s`
is per second of processor time of the worker, `seen` by the clock."""
WHAT = {"email": "mails", "push": "pushes"}
OURS = "Hark"
SIDES = (OURS, "delay()")
Key = tuple[str, str]  # channel, side


@dataclass(frozen=True)
class Figure:
    """Two rows: `of` a round, and a `note` about the round in the middle."""

    what: str
    unit: str
    of: Callable[[Told], float]
    note: Callable[[Told], str]


def measure(lab: Lab) -> list[Row]:
    rounds, messages = lab.sizes.rounds, lab.sizes.burst
    with ExitStack() as stack:
        sinks = {
            "email": stack.enter_context(listening(MailServer)),
            "push": stack.enter_context(listening(PushService)),
        }
        sides = _sides(lab, stack, sinks)
        actions: dict[Key, Callable[[int], Told]] = {
            (channel, name): partial(_round, side, sinks[channel], first, messages)
            for (first, channel), (name, side) in product(zip((0, rounds), sinks, strict=True), sides.items())
        }
        print("Measuring", end=" ", flush=True)
        told: dict[Key, list[Told]] = interleaved(rounds, actions)
        print(flush=True)
    return [row for channel in sinks for row in _rows(channel, told, messages * lab.sizes.away)]


def _sides(lab: Lab, stack: ExitStack, sinks: dict[str, Sink]) -> dict[str, Side]:
    """Each with a new group for each round of email, then of push, so that no round has to do with another."""
    push_host = f"127.0.0.1:{sinks['push'].port}"
    no_browsers: list[dict[str, str] | None] = [None] * lab.sizes.rounds
    browsers = [*no_browsers, *(push.browser(f"http://{push_host}") for _ in no_browsers)]
    settings = {
        "EMAIL_URL": f"smtp://127.0.0.1:{sinks['email'].port}",
        "HARK_PUSH_HOSTS": push_host,
        "VAPID_PRIVATE_KEY": push.vapid_key(),
    }
    started = [stack.enter_context(side.notifying(lab, browsers, settings)) for side in (hark, naive)]
    return dict(zip(SIDES, started, strict=True))


def _round(side: Side, sink: Sink, first: int, messages: int, number: int) -> Told:
    return burst(side, sink, first + number, messages)


def _rows(channel: str, told: dict[Key, list[Told]], messages: int) -> list[Row]:
    """`messages` are those told in one round: messages times recipients."""
    sent = WHAT[channel]
    figures = (
        Figure(
            "messages told", "/s", lambda one: messages / one.cpu, lambda one: f"{messages / one.seconds:,.0f}/s seen"
        ),
        Figure(
            sent,
            "/s",
            lambda one: one.sent / one.cpu,
            lambda one: f"{one.sent:,} in all; {one.sent / one.seconds:,.0f}/s seen",
        ),
        Figure(
            "until all are told", " s", lambda one: one.seconds, lambda one: f"a `POST` took {one.post * 1000:,.0f} ms"
        ),
    )
    return [_row(figure, channel, name, told) for figure in figures for name in SIDES]


def _row(figure: Figure, channel: str, name: str, told: dict[Key, list[Told]]) -> Row:
    ours, values = ([figure.of(one) for one in told[channel, side]] for side in (OURS, name))
    ratio = None if name == OURS else ratios(ours, values)
    middle = sorted(told[channel, name], key=figure.of)[len(values) // 2]
    return Row(f"{channel}: {figure.what}, {name}", spread(values), figure.unit, ratio, note=figure.note(middle))
