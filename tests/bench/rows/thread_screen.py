"""Rows 3 and 4: opening a long thread and scrolling through it. CPU time of the thread that paints."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, QStringListModel
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QScrollBar

from desktop.domain.model.media import MediaKey, MediaState
from desktop.engine.views import MediaFile
from desktop.ui.inbox.main_window import MainWindow
from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.measure import thread_ms
from tests.bench.opened_world import open_customer, opened_engine, opened_window, run_program
from tests.bench.worlds.kept import World

SHORT, LONG, QUICKLY_LONG, SCROLLED = 100, 100_000, 5_000, 10_000
OPENINGS = 20
FRAMES, STEP_PX = 3_000, 120
"""As with a fast turn of the wheel in every frame."""
FLOOR_FRAMES = 100
"""Before the floor's short rows reach their top."""
PAINTED_S = 0.05
FRAME_S, LOADED_S = 0.004, 3


@row(3, "open a customer")
def opening(bench: Bench) -> Iterator[Figure]:
    length = QUICKLY_LONG if bench.quick else LONG
    world = World(1_000, long_threads=(SHORT, length))
    samples: dict[int, list[float]] = {SHORT: [], length: []}

    async def main() -> None:
        async with opened_engine(world) as engine, opened_window(engine) as window:
            for turn in range(bench.rounds(OPENINGS) + 1):
                for messages, durations in samples.items():
                    start = thread_ms()
                    await open_customer(window, world.long_customer_id(messages))
                    await asyncio.sleep(PAINTED_S)
                    if turn:
                        durations.append(thread_ms() - start)

    run_program(main)
    floor = tuple(samples[SHORT])
    name = f"one with {SHORT} messages"
    yield Figure(
        f"with {length:,} messages", tuple(samples[length]), floor, name, (Bar("ratio", 1.2), Bar("median", 60))
    )
    yield Figure(f"with {SHORT} messages", floor, bars=(Bar("median", 60),))


@row(4, "scroll a thread, per frame")
def scrolling(bench: Bench) -> Iterator[Figure]:
    length = 1_000 if bench.quick else SCROLLED
    world = World(1_000, long_threads=(SHORT, length))
    frames: list[float] = []
    floor: list[float] = []

    async def main() -> None:
        async with opened_engine(world) as engine:
            engine.media = PhotoMedia()
            async with opened_window(engine) as window:
                await scroll(window)

    async def scroll(window: MainWindow) -> None:
        await open_customer(window, world.long_customer_id(length))
        await asyncio.sleep(1.0)
        plain = _plain_list(length, window.thread_pane.timeline.size())
        floor_bar, bar = plain.verticalScrollBar(), window.thread_pane.timeline.verticalScrollBar()
        for turn in range(bench.rounds(FRAMES)):
            if turn % FLOOR_FRAMES == 0:
                floor_bar.setValue(floor_bar.maximum())
            floor.append(await _frame(floor_bar))
            frames.append(await _frame(bar))
        _check(window, length)
        plain.deleteLater()

    run_program(main)
    what = f"{length:,} mixed messages with pictures, {STEP_PX} px a frame, loading included"
    yield Figure(what, tuple(frames), tuple(floor), "list of fixed strings", (Bar("p99", 8),), tail="p99")


class PhotoMedia:
    """A photo of 1200 x 900 pixels for every file, as if it had been fetched before."""

    def __init__(self) -> None:
        image = QImage(1200, 900, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        for x in range(0, 1200, 20):
            for y in range(0, 900, 20):
                painter.fillRect(x, y, 20, 20, QColor.fromHsv((7 * x + 11 * y) % 360, 90 + (x ^ y) % 160, 200))
        painter.end()
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "JPEG", 92)
        self._data = bytes(data.data())

    async def load(self, key: MediaKey) -> MediaFile:
        return MediaFile(key, MediaState.HERE, self._data)

    async def retry(self, key: MediaKey) -> None:
        """Nothing is missing."""

    async def aclose(self) -> None:
        """Nothing is open."""


async def _frame(bar: QScrollBar) -> float:
    """Scroll up and wait until it is painted; at the top, until older messages have come, or begin at the end again."""
    start = thread_ms()
    bar.setValue(bar.value() - STEP_PX)
    await asyncio.sleep(FRAME_S)
    spent = thread_ms() - start
    if bar.value() > bar.minimum():
        return spent
    loaded = asyncio.Event()
    connection = bar.rangeChanged.connect(lambda _least, _most: loaded.set())
    start = thread_ms()
    try:
        await asyncio.wait_for(loaded.wait(), LOADED_S)
    except TimeoutError:
        bar.setValue(bar.maximum())
    bar.rangeChanged.disconnect(connection)
    return spent + thread_ms() - start


def _plain_list(rows: int, size: QSize) -> QListView:
    plain = QListView()
    plain.setModel(QStringListModel([f"Message number {row}" for row in range(rows)], plain))
    plain.setUniformItemSizes(True)
    plain.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    plain.resize(size)
    plain.show()
    return plain


def _check(window: MainWindow, length: int) -> None:
    shown = window.thread_pane.timeline.timeline.rowCount()
    print(f"# {shown:,} rows of {length:,} messages were loaded while scrolling", flush=True)
