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
    "not_held": "Polls that were not held: their person, or this process, holds as many as may be",
}


class GateCollector(Collector):
    """Register it with `registry` when the gate begins to work."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    def collect(self) -> Iterable[Metric]:
        gate, lines = self.gate, self.gate.admission.lines.values()
        yield GaugeMetricFamily("hark_gate_held", "Polls being held by this process", value=gate.held)
        yield GaugeMetricFamily(
            "hark_gate_load", "How full the places before Django are for people, 0 to 1", value=gate.admission.load
        )
        yield GaugeMetricFamily(
            "hark_gate_credentials", "Sessions and tokens that the gate knows", value=len(gate.memory.clients)
        )
        words = "Polls answered from memory, Django not entered"
        yield CounterMetricFamily("hark_gate_unchanged", words, value=gate.unchanged)
        words = "Requests that entered Django"
        yield CounterMetricFamily("hark_gate_asked", words, value=sum(line.entered for line in lines))
        words = "Requests refused with 429 or 503: too many waited"
        yield CounterMetricFamily("hark_gate_refused", words, value=sum(line.refused for line in lines))
        words = "Requests or refusals that waited: their person or address asked too fast"
        yield CounterMetricFamily("hark_gate_late", words, value=gate.tarpit.late)
        for name, words in COUNTERS.items():
            yield CounterMetricFamily(f"hark_gate_{name}", words, value=gate.counts[name])
        yield from self._by_class()

    def _by_class(self) -> Iterable[Metric]:
        entered = CounterMetricFamily("hark_gate_class_entered", "Requests that entered Django", labels=["class"])
        refused = CounterMetricFamily("hark_gate_class_refused", "Requests that were refused", labels=["class"])
        waiting = GaugeMetricFamily("hark_gate_class_waiting", "Requests that wait for a thread", labels=["class"])
        for kind, line in self.gate.admission.lines.items():
            entered.add_metric([kind.value], line.entered)
            refused.add_metric([kind.value], line.refused)
            waiting.add_metric([kind.value], line.waiting)
        yield from (entered, refused, waiting)
