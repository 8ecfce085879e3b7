"""The report of a mutation run, and the list of equivalent mutants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutants import Key, Mutant

EQUIVALENTS = Path(__file__).with_name("equivalents.txt")
MAX_EQUIVALENTS = 0.05
"""Maximum share of the sample that may be listed as equivalent."""
FIELDS = 6
LINE_NUMBER = re.compile(r":\d+$")


def load_equivalents(path: Path) -> dict[Key, str]:
    """Load the equivalent mutants with reasons; the format is described at the top of the file.

    Raises ValueError for an invalid line.
    """
    found: dict[Key, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else (), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [part.strip() for part in line.split("\t")]
        if len(fields) != FIELDS or not fields[-1]:
            raise ValueError(f"{path.name}:{number}: {FIELDS} fields with tabs between them, the last one the reason")
        module, function, operator, before, after, reason = fields
        found[LINE_NUMBER.sub("", module), function, operator, before, after] = reason
    return found


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run. noticed: by tested mutant. possible: all mutants. equivalents: see `load_equivalents`."""

    noticed: Mapping[Mutant, bool]
    possible: Sequence[Mutant]
    equivalents: Mapping[Key, str]

    @property
    def listed(self) -> list[Mutant]:
        return [mutant for mutant in self.noticed if mutant.key in self.equivalents]

    @property
    def survivors(self) -> list[Mutant]:
        return [m for m, is_noticed in self.noticed.items() if not is_noticed and m.key not in self.equivalents]

    @property
    def raw(self) -> float:
        """Noticed mutants in percent of all tested."""
        return 100 * sum(self.noticed.values()) / len(self.noticed)

    @property
    def adjusted(self) -> float:
        """Noticed mutants in percent of those not listed as equivalent."""
        counted = len(self.noticed) - len(self.listed)
        return 100 * (1 - len(self.survivors) / counted) if counted else 100.0

    @property
    def wrongly_listed(self) -> list[Mutant]:
        return [mutant for mutant in self.listed if self.noticed[mutant]]

    def stale(self) -> list[Key]:
        """Entries of the tested modules that match no mutant."""
        modules = {mutant.path for mutant in self.possible}
        wanted = {key for key in self.equivalents if key[0] in modules}
        places = {key[:3] for key in wanted}
        there = {m.key for m in self.possible if (m.path, m.function, m.operator) in places}
        return sorted(wanted - there)

    def faults(self, at_least: float) -> list[str]:
        """Reasons why the run failed; empty if it passed."""
        found = []
        if self.adjusted < at_least:
            found.append(f"{self.adjusted:.1f} % is less than the {at_least:.0f} % that must be noticed")
        if len(self.listed) > MAX_EQUIVALENTS * len(self.noticed):
            found.append(f"{len(self.listed)} of {len(self.noticed)} are listed as equivalent, which is too many")
        found += [f"listed as equivalent, but noticed: {_line(mutant)}" for mutant in self.wrongly_listed]
        return found

    def text(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield "operator: noticed of all"
        tried = Counter(mutant.operator for mutant in self.noticed)
        caught = Counter(mutant.operator for mutant, is_noticed in self.noticed.items() if is_noticed)
        for operator, count in tried.most_common():
            yield f"{caught[operator]:>6,} of {count:>5,}  {operator}"
        for mutant in self.survivors:
            yield f"survived: {_line(mutant)}"
        for key in self.stale():
            yield "matches nothing any more: " + "\t".join(key)
        yield (
            f"{sum(self.noticed.values()):,} of {len(self.noticed):,} noticed, raw {self.raw:.1f} %; "
            f"{len(self.listed)} listed as equivalent, adjusted {self.adjusted:.1f} %"
        )


def _line(mutant: Mutant) -> str:
    """The mutant in the format of the list of equivalents, with line number and without a reason."""
    path, *rest = mutant.key
    return "\t".join((f"{path}:{mutant.line}", *rest))
