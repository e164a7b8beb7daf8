"""A person chats while strangers and a member attack: how much longer their sends and polls take."""

import json
import time
from collections.abc import Mapping

from stack import page
from stack.environment import process_environment
from stack.errors import Refused

from bench.harness import attackers, server
from bench.harness.lab import PYTHON, Lab
from bench.harness.readers import Reader, find_readers
from bench.harness.statistics import percentile, ratios, spread
from bench.harness.table import Row, Target

TITLE = "Under attack"
EXPLANATION = """A signed-in person sends a message and polls, in turn, three times a second at most, from a process
of their own; first alone, then while another process attacks, round by round. The attacks are played together:
password guesses at the admin and at the API, 120 connections on `/readyz` and 150 on `/accessibility`, a member who
sends, makes groups and searches as fast as the answers come, one token that holds as many polls as it can, junk
cookies, and queries of 60 kB. All of it shares the machine with the server, which has one core of two. Milliseconds;
the ratio is under attack to alone."""
FACTOR = Target(3, at_least=False, unit=" x")
DATABASE = "attack"
SIGN_IN = 0.5  # seconds of chat that make somebody known
WARM = 2.0  # seconds of attack before it counts


def measure(lab: Lab) -> list[Row]:
    # A pair for each round, because a token may send 90 messages at once and then 1.5 a second; and one that attacks.
    wanted = {"pairs": lab.sizes.rounds + 1, "messages": 200, "groups": []}
    people = lab.fill("bench.world", DATABASE, wanted)["people"]
    readers = find_readers(lab.database(DATABASE), people)
    command = server.procfile_command("web")
    settings = lab.settings(DATABASE) | {"HARK_LIMITS": "on"}
    page.collect(lab.folder, process_environment(settings))
    took: dict[str, list[Mapping[str, list[float]]]] = {"alone": [], "under attack": []}
    with server.running("hark attack", command, lab.folder, settings, path="/healthz") as hark:
        *chatting, attacking = range(0, len(people), 2)
        for person in chatting:  # the gate knows them: a stranger shares the bounds of the attackers' address
            _chat(lab, hark.port, readers[person], SIGN_IN)
        for person in chatting:
            took["alone"].append(_chat(lab, hark.port, readers[person], lab.sizes.attacked))
            with attackers.playing(lab.folder, hark.port, readers[attacking], people[attacking + 1][0]) as attack:
                time.sleep(WARM)
                took["under attack"].append(_chat(lab, hark.port, readers[person], lab.sizes.attacked))
                counts = attack.counts()
    note = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    return [row for kind in ("send", "poll") for row in _rows(kind, took, note if kind == "send" else "")]


def _chat(lab: Lab, port: int, reader: Reader, seconds: float) -> Mapping[str, list[float]]:
    """What the process of one person who chats says: milliseconds of each send and each poll."""
    said = attackers.run_program(
        [PYTHON, "-m", "bench.harness.chatter"],
        lab.folder,
        {"port": port, "seconds": seconds, "reader": vars(reader)},
    )
    found: dict[str, list[float]] = json.loads(said)
    if found["refused"]:
        raise Refused(f"{len(found['refused'])} requests of the person who chats were refused: {found['refused'][:5]}")
    return found


def _rows(kind: str, took: Mapping[str, list[Mapping[str, list[float]]]], note: str) -> list[Row]:
    rows = []
    for percent in (50, 99):
        figures = {when: [percentile(one[kind], percent) for one in rounds] for when, rounds in took.items()}
        alone, attacked = figures["alone"], figures["under attack"]
        count = f"{len(took['alone'][-1][kind])} and {len(took['under attack'][-1][kind])} in the last round"
        rows.append(Row(f"{kind}, alone: p{percent}", spread(alone), " ms", note=count))
        ratio = ratios(attacked, alone)
        target = FACTOR if percent == 99 else None
        rows.append(Row(f"{kind}, under attack: p{percent}", spread(attacked), " ms", ratio, target, note))
        note = ""
    return rows
