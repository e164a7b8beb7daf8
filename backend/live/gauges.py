"""What /metrics tells of the gate of the process that answers."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from backend.live.gate import Gate

registry = CollectorRegistry(auto_describe=False)

COUNTERS = {
    "gone": "Held polls whose client went away",
    "slowed": "Polls refused with 429: a tight loop",
}


class GateCollector(Collector):
    """Register it with `registry` when the gate begins to work."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily("hark_gate_held", "Polls being held by this process", value=self.gate.held)
        yield GaugeMetricFamily(
            "hark_gate_load", "How full the queue before Django is, 0 to 1", value=self.gate.queue.load
        )
        queue, words = self.gate.queue, "Polls answered from memory, Django not entered"
        yield CounterMetricFamily("hark_gate_unchanged", words, value=self.gate.unchanged)
        yield CounterMetricFamily("hark_gate_asked", "Requests that entered Django", value=queue.entered)
        yield CounterMetricFamily(
            "hark_gate_refused", "Requests refused with 503: too many waited", value=queue.refused
        )
        for name, words in COUNTERS.items():
            yield CounterMetricFamily(f"hark_gate_{name}", words, value=self.gate.counts[name])
