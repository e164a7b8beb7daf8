"""Presence as the gate keeps it: noted in memory by each visible poll, written down once a second."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from backend.live.presence import Looking

NOTES_PER_AWAY = 12  # how often somebody is written down anew before they would count as away


class Lookers:
    """Who polled since they were last written down, and whose poll is being held. Belongs to one event loop."""

    def __init__(self, away_after: float) -> None:
        self._again_every = max(1.0, away_after / NOTES_PER_AWAY)  # seconds
        self._again_at = 0.0
        self._new: set[Looking] = set()
        self._written: set[Looking] = set()  # since `_again_at` was set
        self._held: Counter[Looking] = Counter()

    def note(self, looking: Looking) -> None:
        if looking not in self._written:
            self._new.add(looking)

    @contextmanager
    def held(self, looking: Looking) -> Iterator[None]:
        """Inside, they are looking."""
        self._held[looking] += 1
        try:
            yield
        finally:
            self.note(looking)
            self._held[looking] -= 1
            if not self._held[looking]:
                del self._held[looking]

    def take(self, now: float) -> set[Looking]:
        """Whom to write down now, in seconds of any clock that does not jump."""
        taken, self._new = self._new, set()
        if now >= self._again_at:
            self._again_at = now + self._again_every
            self._written = set()
            taken |= self._held.keys()
        self._written |= taken
        return taken
