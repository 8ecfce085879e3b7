"""Makes an exported thread page by page, off the screen's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimeZone

from desktop.domain.model.frozen import frozen
from desktop.domain.model.media import MediaKey, MediaState
from desktop.engine.customer.thread_pages import ThreadPage
from desktop.engine.protocols import Engine
from desktop.text.catalog import is_right_to_left_language, language
from desktop.text.thread import export as texts
from desktop.ui.thread.export import formats
from desktop.ui.thread.export.content import Context, Piece, PieceKind, head_of, pieces_of
from desktop.ui.thread.media.file_names import safe_name

MESSAGES = (PieceKind.CUSTOMER, PieceKind.OURS, PieceKind.NOTE)


@frozen
class Wanted:
    """What is to be exported. path: of the file; None for the printer. is_page: as HTML, else as plain text."""

    customer_id: str
    name: str
    workspace: str
    is_page: bool = True
    has_notes: bool = True
    has_files: bool = False
    path: Path | None = None


@frozen
class Exported:
    """What was exported. count: of messages and notes. document: the whole, where there is no file. files_left_out: how
    many are not here.
    """

    count: int
    document: str = ""
    files_left_out: int = 0


class Exporter:
    """Reads the pages from the engine, newest first; each is written down before the next is read.

    on_progress: gets how many messages are done, and of how many.
    """

    def __init__(self, engine: Engine, wanted: Wanted, on_progress: Callable[[int, int], None]) -> None:
        self._engine, self._wanted, self._on_progress = engine, wanted, on_progress
        self._context = Context(wanted.name, engine.clock.now(), wanted.has_notes)
        self._left_out = self._count = 0

    async def run(self) -> Exported | None:
        """None for a customer who is not stored. Raises OSError. Cancelled, it leaves no part of the file."""
        written: list[str] = []
        page = newest = await self._engine.queries.thread_page(self._wanted.customer_id, None)
        if page is None or newest is None:
            return None
        total, done = len(page.messages) + page.older_count, 0
        while page is not None:
            self._on_progress(done, total)
            older = await self._engine.queries.thread_page(self._wanted.customer_id, page) if page.messages else None
            context = await self._with_files(page)
            pieces = await asyncio.to_thread(_pieces, page, older, context)
            self._count += sum(piece.kind in MESSAGES for piece in pieces)
            written.append(await asyncio.to_thread(self._written, pieces))
            done += len(page.messages)
            page = older
        self._on_progress(done, total)
        head = head_of(newest.thread, self._context, self._wanted.workspace, _zone(), self._count)
        head = replace(head, language=language(), is_right_to_left=is_right_to_left_language())
        if self._wanted.is_page:
            document = [formats.html_start(head), *reversed(written), formats.html_end()]
        else:
            document = [formats.text_start(head), *reversed(written)]
        path = self._wanted.path
        if path is None:
            return Exported(self._count, "".join(document), self._left_out)
        await asyncio.to_thread(_write, path, document)
        return Exported(self._count, files_left_out=self._left_out)

    def _written(self, pieces: list[Piece]) -> str:
        return formats.html_pieces(pieces) if self._wanted.is_page else formats.text_pieces(pieces)

    async def _with_files(self, page: ThreadPage) -> Context:
        """Save the page's files beside the export, as far as they are here."""
        path = self._wanted.path
        if not self._wanted.has_files or path is None:
            return self._context
        folder = path.parent / texts.FILES_FOLDER(file=path.stem)
        saved = {}
        for message in page.messages:
            for number, file in enumerate(message.entry.attachments):
                media = await self._engine.media.load(MediaKey(*message.key, number))
                if media.state is not MediaState.HERE:
                    self._left_out += 1
                    continue
                name = f"{message.id.rpartition(':')[2]}-{number + 1} {safe_name(file.name)}"
                await asyncio.to_thread(_save, folder / name, media.data)
                saved[message.key, number] = f"{folder.name}/{name}"
        return replace(self._context, saved=saved)


def _pieces(page: ThreadPage, older: ThreadPage | None, context: Context) -> list[Piece]:
    before = older.messages[-1] if older is not None and older.messages else None
    return list(pieces_of(page, before, context))


def _zone() -> str:
    return bytes(QTimeZone.systemTimeZoneId().data()).decode() or QTimeZone.systemTimeZone().displayName(
        QTimeZone.TimeType.GenericTime
    )


def _save(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _write(path: Path, document: list[str]) -> None:
    """Write the file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(document)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
