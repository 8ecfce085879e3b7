"""What a row of the bench measures: samples, their floor, and the bars they are held to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` of all samples do not exceed."""
    return sorted(samples)[max(math.ceil(share * len(samples)) - 1, 0)]


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit. statistic: median, p95, p99, p99.9, max, or ratio (median to the floor's median)."""

    statistic: str
    limit: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    samples: in `unit`; CPU time, unless `what` says otherwise. floor: samples of what it is compared with, measured
        turn by turn with it. None: there is none.
    tail: the percentile that the table shows.
    """

    what: str
    samples: tuple[float, ...]
    floor: tuple[float, ...] | None = None
    floor_name: str = ""
    bars: tuple[Bar, ...] = ()
    unit: str = "ms"
    tail: str = "p95"

    def value(self, statistic: str) -> float:
        if statistic == "ratio":
            return self.ratio or math.nan
        if statistic == "median":
            return median(self.samples)
        return percentile(self.samples, 1.0 if statistic == "max" else float(statistic.removeprefix("p")) / 100)

    @property
    def ratio(self) -> float | None:
        """None where the floor is too small to be measured."""
        if self.floor is None or median(self.floor) < 0.01:
            return None
        return median(self.samples) / median(self.floor)

    @property
    def missed(self) -> tuple[Bar, ...]:
        return tuple(bar for bar in self.bars if not self.value(bar.statistic) <= bar.limit)


@dataclass(frozen=True, slots=True)
class Bench:
    """How thorough a run is. quick: fewer samples and smaller worlds, to see that a row works."""

    quick: bool = False

    def rounds(self, usual: int) -> int:
        return max(3, usual // 4) if self.quick else usual


Measure = Callable[[Bench], Iterable[Figure]]


@dataclass(frozen=True, slots=True)
class Row:
    """One or more figures of the row `number`. Rows of one module run in one process, in this order."""

    number: int
    what: str
    measure: Measure


_rows: list[Row] = []


def row(number: int, what: str) -> Callable[[Measure], Measure]:
    """Add a function that measures to the table."""

    def add(measure: Measure) -> Measure:
        _rows.append(Row(number, what, measure))
        return measure

    return add


def rows_of(module: str) -> Iterator[Row]:
    return (row for row in _rows if row.measure.__module__ == module)
