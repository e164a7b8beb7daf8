"""Figures of several runs. The machine is noisy, so no figure stands without its lowest and highest."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """Median, lowest and highest."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        if self.low == self.high:
            return number(self.median)
        return f"{number(self.median)} ({number(self.low)}-{number(self.high)})"


def spread(values: Sequence[float]) -> Spread:
    """Raises ValueError for no values."""
    if not values:
        raise ValueError("There is no median of nothing.")
    return Spread(statistics.median(values), min(values), max(values))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """How many times ours is theirs, round by round: what slows a whole round down cancels out."""
    return spread([our / their for our, their in zip(ours, theirs, strict=True)])


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values do not exceed (nearest rank)."""
    if not values or not 0 < percent <= 100:
        raise ValueError("A percentile needs values, and a percent above 0 and up to 100.")
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def number(value: float) -> str:
    """About three digits, thousands apart: 12,345; 56.7; 1.23; 0.0123."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3g}"
