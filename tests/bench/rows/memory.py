"""Row 13: memory with 100,000 customers after opening 50 of them, with the pictures that come into sight."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from desktop.ui.thread.timeline.thread_media import ThreadMedia
from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import pss_mib
from tests.bench.opened_world import open_customer, opened_engine, opened_window, run_program
from tests.bench.staying_window import staying_window
from tests.bench.worlds.kept import BIG, STARTED

OPENED = 50
SHOWN_S = 0.2
"""A file comes and is decoded."""


@row(13, "memory")
def memory(bench: Bench) -> Iterator[Figure]:
    world = STARTED if bench.quick else BIG
    used: list[float] = []
    shown: list[int] = []

    async def main() -> None:
        async with opened_engine(world, photo=_photo()) as engine, opened_window(engine) as window:
            for index in range(OPENED):
                await open_customer(window, world.customer_id(index))
                await asyncio.sleep(SHOWN_S)
            await asyncio.sleep(0.5)
            used.append(pss_mib())
            pictures = window.findChild(ThreadMedia).pictures
            shown.append(sum(t.pixmap is not None for t in pictures._thumbnails.values()))

    run_program(main)
    bare = _bare_pss_mib()
    opened = f"{world.customers:,} customers, {OPENED} opened, {shown[0]} pictures of 1200 × 900 shown"
    what = f"more than a bare window, {opened}"
    yield Figure(what, (used[0] - bare,), (bare,), "bare window", (Bar("median", 140),), "MiB")


def _photo() -> bytes:
    """A JPEG of 1200 × 900 pixels, about as large as the worlds say that theirs are."""
    coarse = QImage(random.Random(1).randbytes(150 * 112 * 4), 150, 112, QImage.Format.Format_RGB32)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert coarse.scaled(1200, 900).save(buffer, "JPEG")
    return bytes(data.data())


def _bare_pss_mib() -> float:
    """Of a process with a bare window, measured while this one runs, so that both share the same libraries."""
    with staying_window() as pid:
        return pss_mib(str(pid))
