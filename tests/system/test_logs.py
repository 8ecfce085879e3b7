"""Log files stay small, belong to their owner and tell nobody's words."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

import pytest

from desktop.system import logs

log = logging.getLogger("desktop.tests")
WORDS = "the eagle has landed"


def lines(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in sorted(folder.iterdir()))


def test_what_is_asked_for_is_written_and_nothing_after_the_end(tmp_path, capsys):
    with logs.logging_to("debug", tmp_path / "a" / "logs"):
        log.debug("one")
        logging.getLogger("httpx").info("https://api.telegram.org/botSECRET/getMe")
        log.warning("two")
    log.warning("three")
    said = lines(tmp_path / "a" / "logs")
    assert "DEBUG desktop.tests: one" in said
    assert "two" in said
    assert "SECRET" not in said
    assert "three" not in said
    assert capsys.readouterr().err.count("\n") == 1


def test_at_the_level_of_warnings_only_these(tmp_path):
    with logs.logging_to("warning", tmp_path):
        log.info("one")
        log.warning("two")
    assert "one" not in lines(tmp_path)
    assert "two" in lines(tmp_path)


def test_an_error_is_told_by_its_kind_and_place(tmp_path):
    def broken() -> None:
        try:
            raise KeyError(WORDS)
        except KeyError as cause:
            raise ValueError(f"cannot send {WORDS!r}") from cause

    with logs.logging_to("warning", tmp_path):
        try:
            broken()
        except ValueError:
            log.exception("a send of draft %s", "d1")
    said = lines(tmp_path)
    assert WORDS not in said
    assert "a send of draft d1" in said
    assert said.index("builtins.ValueError") < said.index("builtins.KeyError")
    assert "in broken" in said


def test_at_most_three_files_of_a_megabyte(tmp_path):
    with logs.logging_to("info", tmp_path):
        logging.getLogger().handlers[-1].flush()
        for _ in range(50):
            log.info("x" * 99_000)
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == logs.FILES
    assert max(sizes) <= logs.LARGEST_BYTES


@pytest.mark.posix("rights of folders are POSIX'")
def test_nobody_else_may_look_into_the_folder(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir(mode=0o755)
    with logs.logging_to("info", folder):
        log.info("x")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path, capsys):
    (tmp_path / "file").touch()
    with logs.logging_to("info", tmp_path / "file" / "logs"):
        log.warning("goes on")
    assert "goes on" in capsys.readouterr().err


@pytest.mark.posix("rights of files are POSIX'")
def test_nobody_else_may_read_them_whatever_the_umask_and_whatever_they_were(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "LARGEST_BYTES", 100)
    (tmp_path / logs.NAME).write_text("from before")
    (tmp_path / logs.NAME).chmod(0o644)
    before = os.umask(0)
    with logs.logging_to("debug", tmp_path):
        for _ in range(20):
            log.debug("something happened")
    os.umask(before)
    files = list(tmp_path.iterdir())
    assert len(files) == logs.FILES
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
