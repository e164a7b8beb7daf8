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
counted; its tick is given at the start and every 5 s from then. A first round warms both up and does not count.
"Messages told" is messages times recipients, whatever they came in: Hark's log has to say that all were told, and the
servers count what came. `/s` is per second of processor time of the worker alone (Hark gives PostgreSQL more to do),
`seen` by the clock. For "until all are told" less is better."""
WHAT = {"email": "mails", "push": "pushes"}
WARM = 1  # round
OURS, THEIRS = "Hark", "delay()"
Key = tuple[str, str]  # channel, side


@dataclass(frozen=True)
class Figure:
    """Two rows: `of` a round, and a `note` about the round in the middle."""

    what: str
    unit: str
    of: Callable[[Told], float]
    note: Callable[[Told], str]


def measure(lab: Lab) -> list[Row]:
    rounds, messages = lab.sizes.rounds + WARM, lab.sizes.burst
    with ExitStack() as stack:
        sinks = {
            "email": stack.enter_context(listening(MailServer)),
            "push": stack.enter_context(listening(PushService)),
        }
        sides = _sides(lab, stack, sinks, rounds)
        actions: dict[Key, Callable[[int], Told]] = {
            (channel, name): partial(_round, side, sinks[channel], first, messages)
            for (first, channel), (name, side) in product(zip((0, rounds), sinks, strict=True), sides.items())
        }
        print("Measuring", end=" ", flush=True)
        told = {key: found[WARM:] for key, found in interleaved(rounds, actions).items()}
        print(flush=True)
    return [row for channel in sinks for row in _rows(channel, told, messages * lab.sizes.away)]


def _sides(lab: Lab, stack: ExitStack, sinks: dict[str, Sink], rounds: int) -> dict[str, Side]:
    """Each with a new group for each round of email, then of push, so that no round has to do with another."""
    push_host = f"127.0.0.1:{sinks['push'].port}"
    no_browsers: list[dict[str, str] | None] = [None] * rounds
    browsers = [*no_browsers, *(push.browser(f"http://{push_host}") for _ in no_browsers)]
    settings = {
        "EMAIL_URL": f"smtp://127.0.0.1:{sinks['email'].port}",
        "HARK_PUSH_HOSTS": push_host,
        "VAPID_PRIVATE_KEY": push.vapid_key(),
    }
    return {
        OURS: stack.enter_context(hark.notifying(lab, browsers, settings)),
        THEIRS: stack.enter_context(naive.notifying(lab, browsers, settings)),
    }


def _round(side: Side, sink: Sink, first: int, messages: int, number: int) -> Told:
    return burst(side, sink, first + number, messages)


def _rows(channel: str, told: dict[Key, list[Told]], messages: int) -> list[Row]:
    """`messages` are those told in one round: messages times recipients."""
    sent = WHAT[channel]
    seen = "{:,} in all; {:,.0f}/s seen"
    figures = (
        Figure(
            "messages told", "/s", lambda t: messages / t.cpu, lambda t: seen.format(messages, messages / t.seconds)
        ),
        Figure(sent, "/s", lambda t: t.sent / t.cpu, lambda t: seen.format(t.sent, t.sent / t.seconds)),
        Figure("until all are told", " s", lambda t: t.seconds, lambda t: f"a `POST` took {t.post * 1000:,.0f} ms"),
    )
    return [_row(figure, channel, name, told) for figure in figures for name in (OURS, THEIRS)]


def _row(figure: Figure, channel: str, name: str, told: dict[Key, list[Told]]) -> Row:
    ours, values = ([figure.of(one) for one in told[channel, side]] for side in (OURS, name))
    ratio = None if name == OURS else ratios(ours, values)
    middle = sorted(told[channel, name], key=figure.of)[len(values) // 2]
    return Row(f"{channel}: {figure.what}, {name}", spread(values), figure.unit, ratio, note=figure.note(middle))
