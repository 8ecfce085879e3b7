"""The table that the bench prints, and the lines of its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.figures import Figure, Row

_WIDTHS = (3, 62, 12, 32, 12, 7, 24, 8)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as it is printed and written. verdict: "ok", "misses" or "broken"; values are in `unit`."""

    row: int
    what: str
    verdict: str
    unit: str = ""
    median: float | None = None
    tail_name: str = ""
    tail: float | None = None
    most: float | None = None
    floor: float | None = None
    floor_name: str = ""
    ratio: float | None = None
    bars: tuple[str, ...] = ()
    samples: int = 0

    @classmethod
    def of(cls, row: Row, figure: Figure) -> Line:
        bars = tuple(f"{bar.statistic} <= {bar.limit:g}" for bar in figure.bars)
        return cls(
            row.number,
            f"{row.what}: {figure.what}" if figure.what else row.what,
            "misses" if figure.missed else "ok",
            figure.unit,
            figure.value("median"),
            figure.tail,
            figure.value(figure.tail),
            figure.value("max"),
            None if figure.floor is None else median(figure.floor),
            figure.floor_name,
            figure.ratio,
            bars,
            len(figure.samples),
        )

    @classmethod
    def broken(cls, module: str, status: int) -> Line:
        return cls(0, f"{module} ended with status {status}", "broken")


def print_head() -> None:
    _print("#", "what", "median", "tail", "floor", "ratio", "bar", "")
    print("-" * (sum(_WIDTHS) + len(_WIDTHS) - 1))


def print_line(line: Line) -> None:
    tail = ""
    if line.samples > 1:
        tail = f"{line.tail_name} {_shown(line.tail, line.unit)}, max {_shown(line.most, line.unit)}"
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}x"
    middle = (_shown(line.median, line.unit), tail, _shown(line.floor, line.unit), ratio, "; ".join(line.bars))
    _print(str(line.row or "?"), line.what, *middle, line.verdict)


def summary(lines: Sequence[Line]) -> str:
    missed = sorted({line.row for line in lines if line.verdict != "ok"})
    rows = len({line.row for line in lines})
    counted = "1 row" if rows == 1 else f"{rows} rows"
    verdict = f"rows that miss a bar: {', '.join(map(str, missed))}" if missed else "all bars are met"
    return f"{counted}; {verdict}"


def _shown(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:,.{0 if abs(value) >= 1000 else 2}f} {unit}"


def _print(*cells: str) -> None:
    padded = (cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    print(" ".join(padded).rstrip(), flush=True)
