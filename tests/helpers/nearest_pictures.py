"""Saves pictures of screens with how near each is to a limit; `nearest_pictures.py DIR [share]` lists the nearest."""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from screen_margins import Margin

_LIMITS = {"text": (0.0, 16.0), "gap": (0.0, 16.0), "room": (0.0, 64.0), "contrast": (4.5, 7.0)}
"""Of each measure: what must not be passed, and what is ample. A picture is as near as the nearest of its figures."""
_NEAR = {"text": 4.0, "gap": 4.0, "room": 4.0, "contrast": 0.1}
"""Within so much of the nearest, a text is counted with it."""


@dataclass
class Picture:
    """look: size, scale and colors. margins: of everything in it."""

    name: str
    look: str
    image: QImage
    margins: list[Margin] = field(default_factory=list)

    @property
    def file_name(self) -> str:
        return re.sub(r"[^a-z0-9%]+", "-", f"{self.look} {self.name}".lower()).strip("-") + ".png"


def take_picture(screen: QWidget) -> QImage:
    """The picture of a screen's window."""
    return screen.window().grab().toImage()


def save_figures(folder: Path, pictures: Iterable[Picture]) -> None:
    """Write the pictures of one look, and the least margin of each kind in every one."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = list(pictures)
    with (folder / f"{pictures[0].look}.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        for picture in pictures:
            picture.image.save(str(folder / picture.file_name))
            by_measure: dict[str, list[Margin]] = defaultdict(list)
            for margin in picture.margins:
                by_measure[margin.measure].append(margin)
            for measure, found in by_measure.items():
                least = min(found, key=lambda m: m.value)
                count = sum(m.value <= least.value + _NEAR[measure] for m in found)
                table.writerow([picture.file_name, measure, f"{least.value:.2f}", count, least.what])


def nearest(folder: Path, share: float) -> list[tuple[float, list[str]]]:
    """This share of all pictures, the nearest to a limit first: how near, and the row of the figure that says so."""
    rows = [row for path in sorted(folder.glob("*.csv")) for row in csv.reader(path.open(encoding="utf-8"))]
    found: dict[str, tuple[float, list[str]]] = {}
    for row in rows:
        limit, ample = _LIMITS[row[1]]
        how_near = (float(row[2]) - limit) / (ample - limit)
        if row[0] not in found or how_near < found[row[0]][0]:
            found[row[0]] = how_near, row
    return sorted(found.values())[: round(len(found) * share)]


def main() -> None:
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 0.05
    for how_near, (name, measure, value, count, what) in nearest(Path(sys.argv[1]), share):
        print(f"{how_near:5.2f}  {measure:>8} {value:>7} {count:>3}x  {name}  {what}")


if __name__ == "__main__":
    main()
