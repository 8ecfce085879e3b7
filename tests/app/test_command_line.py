"""The command line: known words, unknown words, none."""

from __future__ import annotations

import pytest

from desktop import __version__
from desktop.__main__ import main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"reachline {__version__}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("demo", "sandbox", "explain"))


@pytest.mark.parametrize("arguments", [[], ["dmeo"]])
def test_anything_else_says_what_there_is(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    assert "demo" in answer.err


def test_parts_answer_for_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "no-such-file.json"]) == 2
    assert "no-such-file.json" in capsys.readouterr().err
