"""How much is measured: all of it, or a quick look."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Bounds of every part: counts, and seconds of one window."""

    rounds: int  # A B A B ...
    window: float  # seconds
    people: int  # in pairs
    idle_readers: int  # credentials of one round; a credential may poll about ten times a second
    messages: int  # in the conversation of each pair
    held: tuple[int, ...]  # polls waiting, for the memory
    watched: int  # seconds in which memory and processor time of the waiting are taken
    waiting: int  # polls waiting, for the latency
    sends: int  # messages whose way is timed
    screens: int  # messages from screen to screen
    groups: tuple[int, ...]  # people waiting in one group
    group_sends: int
    history: tuple[int, ...]  # messages in the conversation of the reader
    conversations: tuple[int, int]  # of one reader: few, many
    history_rounds: int
    history_window: float  # seconds
    away: int  # people of one group who are to be told
    burst: int  # messages to that group
    settled: tuple[int, ...]  # bursts, deliveries, items and log entries of the past
    ticks: int  # in one round
    decided: int  # people about whom is decided in one round
    sustained: float  # seconds
    sustained_readers: tuple[int, ...]
    return_history: int  # messages in the conversation that somebody comes back to
    returns: int  # of each way
    untouched: int  # seconds in which nothing happens at the page
    attacked: float  # seconds of one round, alone and under attack
    synapse: bool


FULL = Sizes(
    rounds=5,
    window=4,
    people=10_000,
    idle_readers=2_000,
    messages=100,
    held=(0, 1_000, 5_000, 10_000),
    watched=10,
    waiting=1_000,
    sends=500,
    screens=100,
    groups=(100, 500),
    group_sends=10,
    history=(10_000, 1_000_000, 10_000_000),
    conversations=(10, 10_000),
    history_rounds=5,
    history_window=3,
    away=50,
    burst=20,
    settled=(1_000, 1_000_000),
    ticks=300,
    decided=80,
    sustained=390,
    sustained_readers=(3_000,),
    return_history=5_000,
    returns=20,
    untouched=120,
    attacked=20,
    synapse=True,
)
QUICK = Sizes(
    rounds=2,
    window=1,
    people=2_000,
    idle_readers=1_000,
    messages=100,
    held=(0, 200),
    watched=3,
    waiting=100,
    sends=40,
    screens=10,
    groups=(100,),
    group_sends=2,
    history=(10_000, 100_000),
    conversations=(10, 1_000),
    history_rounds=2,
    history_window=1,
    away=5,
    burst=3,
    settled=(1_000, 10_000),
    ticks=30,
    decided=10,
    sustained=390,
    sustained_readers=(2_000,),
    return_history=5_000,
    returns=3,
    untouched=30,
    attacked=8,
    synapse=False,
)
