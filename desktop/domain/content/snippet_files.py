"""Saved replies as a file: JSON, or CSV as spreadsheets write it. A file is read whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from desktop.domain.content.snippets import ActionKind, Snippet, SnippetAction
from desktop.domain.model.reason import Reason, make_reason

MAX_BYTES = 5_000_000

_LIST = "saved_replies"
_COLUMNS = ("name", "folder", "text", "actions")
_OTHER_NAMES = {"title": "name", "category": "folder", "body": "text", "message": "text", "content": "text"}
"""What other programs call the columns."""
_IN_OBJECT, _ALONE = re.compile(rf'"{_LIST}"\s*:\s*\['), re.compile(r"\[")
"""Where the replies begin."""
_BETWEEN = ", \t\r\n"


class SnippetFileReason(StrEnum):
    """Why a file of saved replies cannot be read, as a code. In comments: its parameters."""

    SNIPPET_FILE_NOT_UTF8 = "snippet_file_not_utf8"  # {line}
    SNIPPET_FILE_EMPTY = "snippet_file_empty"
    SNIPPET_FILE_TOO_LARGE = "snippet_file_too_large"  # {megabytes}
    SNIPPET_FILE_NOT_JSON = "snippet_file_not_json"  # {line, detail}
    SNIPPET_FILE_NO_LIST = "snippet_file_no_list"
    SNIPPET_FILE_NOT_CSV = "snippet_file_not_csv"  # {line, detail}
    SNIPPET_FILE_NO_COLUMN = "snippet_file_no_column"  # {column}
    SNIPPET_FILE_NO_REPLY = "snippet_file_no_reply"  # {line}
    SNIPPET_FILE_NO_NAME = "snippet_file_no_name"  # {line}
    SNIPPET_FILE_NO_TEXT = "snippet_file_no_text"  # {line}
    SNIPPET_FILE_UNKNOWN_ACTION = "snippet_file_unknown_action"  # {line, action}


class SnippetFileError(Exception):
    """The file cannot be read. reason: with a `SnippetFileReason`."""

    def __init__(self, code: SnippetFileReason, **params: object) -> None:
        super().__init__(code)
        self.reason: Reason = make_reason(code, **params)


def parse(data: bytes) -> tuple[Snippet, ...]:
    """The saved replies of a JSON or CSV file, without ids. Raises SnippetFileError."""
    if len(data) > MAX_BYTES:
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_TOO_LARGE, megabytes=MAX_BYTES // 1_000_000)
    text = _decode(data)
    if not text.strip():
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_EMPTY)
    read = _read_json if text.lstrip()[0] in "[{" else _read_csv
    found = tuple(_snippet(line, fields) for line, fields in read(text))
    if not found:
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_EMPTY)
    return found


def to_json(snippets: Iterable[Snippet]) -> bytes:
    """A file for `parse`."""
    replies = [
        {
            "name": s.name,
            "folder": s.folder,
            "text": s.text,
            "actions": [_action_text(action) for action in s.actions],
        }
        for s in snippets
    ]
    return json.dumps({_LIST: replies}, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def to_csv(snippets: Iterable[Snippet]) -> bytes:
    """A file for `parse` and for spreadsheets, which take it for another encoding without the mark at its start."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(_COLUMNS)
    writer.writerows((s.name, s.folder, s.text, "\n".join(map(_action_text, s.actions))) for s in snippets)
    return written.getvalue().encode("utf-8-sig", "replace")


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_NOT_UTF8, line=line) from None


def _read_json(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yields the line of each reply, and its fields."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_NOT_JSON, line=error.lineno, detail=error.msg) from None
    except RecursionError:
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_NO_LIST) from None
    listed = whole.get(_LIST) if isinstance(whole, dict) else whole
    start = (_IN_OBJECT if isinstance(whole, dict) else _ALONE).search(text)
    if not isinstance(listed, list) or start is None:
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_NO_LIST)
    position, decoder = start.end(), json.JSONDecoder()
    for given in listed:
        while text[position] in _BETWEEN:
            position += 1
        line = text.count("\n", 0, position) + 1
        if not isinstance(given, dict):
            raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_NO_REPLY, line=line)
        yield line, given
        _, position = decoder.raw_decode(text, position)


def _read_csv(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        header = [_OTHER_NAMES.get(name, name) for name in (cell.strip().casefold() for cell in next(reader))]
        for column in ("name", "text"):
            if column not in header:
                raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_NO_COLUMN, column=column)
        line = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, dict(zip(header, row, strict=False))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_NOT_CSV, line=line, detail=error) from None


def _snippet(line: int, fields: Mapping[str, object]) -> Snippet:
    name, text = (_text(fields.get(field)) for field in ("name", "text"))
    if not name.strip():
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_NO_NAME, line=line)
    if not text.strip():
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_NO_TEXT, line=line)
    given = fields.get("actions") or ()
    said = given if isinstance(given, list) else _text(given).splitlines()
    actions = tuple(_action(line, one) for one in said if one)
    folder = " ".join(_text(fields.get("folder")).split())
    return Snippet("", " ".join(name.split()), text.replace("\r\n", "\n").strip("\n"), folder, actions)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _action_text(action: SnippetAction) -> str:
    return f"{action.kind}: {action.value}" if action.value else action.kind


def _action(line: int, given: object) -> SnippetAction:
    kind, _, value = _text(given).partition(":")
    known = next((k for k in ActionKind if k == kind.strip().casefold()), None)
    action = SnippetAction(known, value.strip()) if known is not None else None
    if action is None or not action.is_complete:
        raise SnippetFileError(SnippetFileReason.SNIPPET_FILE_UNKNOWN_ACTION, line=line, action=str(given)[:80])
    return action
