"""The command line: known words, unknown words, none."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import __version__
from desktop.__main__ import main
from desktop.sandbox.world.base import REACHLINE

ROOT = Path(__file__).parents[2]
DEFAULTS = {
    "command": None,
    "profile": None,
    "sandbox_urls": None,
    "log_level": "warning",
    "tour": None,
    "language": "en",
    "background": False,
}


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    version, installed, runs_on = capsys.readouterr().out.splitlines()
    assert version == f"reachline {__version__}"
    assert installed == f"Source code, in {ROOT}"
    assert re.fullmatch(r"Python 3[.\d]+, Qt 6[.\d]+", runs_on)


def test_the_feed_of_a_team_is_not_imported_for_nothing() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "desktop", "--version"]
    report = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=120).stderr
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in report.splitlines()}
    assert "argparse" in imported
    assert not imported & {"nats", "nacl", "PySide6"}


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    words = ("inbox", "demo", "sandbox", "explain", "doctor", "--profile", "--sandbox-urls", "--log-level")
    assert all(word in shown for word in words)


def test_an_unknown_word_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dmeo"])
    assert ended.value.code == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    assert "demo" in answer.err


def test_the_readme_names_the_token_that_the_wizard_takes_on_the_sandbox() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    before_commands = readme[: readme.index("reachline --sandbox-urls sandbox.json")]
    assert f"Its token is `{REACHLINE.token}`" in before_commands


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--profile"], ["doctor", "--nonsense"]])
def test_an_unknown_option_says_what_there_is(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: reachline" in capsys.readouterr().err


def test_without_a_display_it_says_what_works_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    assert main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "There's no display here. Run `reachline demo --tour DIR`" in said.err


@pytest.mark.posix("names Debian's packages, and is asked on Linux alone")
def test_a_missing_library_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("desktop.app.qt.BASE_LIBRARIES", {"libnothing-of-the-kind.so.7": "libnothing7"})
    assert main([]) == 2
    assert "sudo apt install libnothing7" in capsys.readouterr().err


def test_parts_answer_for_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "no-such-file.json"]) == 2
    assert "no-such-file.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["reachline:open"],
        ["--", "reachline:open"],
        ["reachline:open", "--sandbox-urls", "//elsewhere/urls.json"],
        ["--profile", "elsewhere", "reachline:open", "--log-level", "debug"],
        ["demo", "--tour", "elsewhere", " ReachLine:open"],
        ["doctor", "reachline:open", "reachline:other"],
    ],
)
def test_beside_a_link_nothing_else_is_read(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(
        "desktop.app.gui.run", lambda options, _open_sample, link="": started.append((vars(options), link.lower())) or 0
    )
    assert main(arguments) == 0
    assert started == [(DEFAULTS, "reachline:open")]


@pytest.mark.parametrize("link", ["reachline:a b", "reachline:\n", "reachline:" + "x" * 5000, "reachline:\u202e"])
def test_a_malformed_link_starts_the_program_and_is_dropped(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(
        "desktop.app.gui.run", lambda options, _open_sample, link="": started.append((vars(options), link)) or 0
    )
    assert main([link + '" --sandbox-urls x']) == 0
    assert started == [(DEFAULTS, "")]


def test_after_two_dashes_no_option_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--", "--sandbox-urls", "x"])
    assert ended.value.code == 2
    assert "usage: reachline" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--profile", "mine", "--log-level", "DEBUG"],
        ["inbox", "--profile", "mine", "--log-level", "debug"],
        ["--profile", "mine", "inbox", "--log-level", "debug"],
        ["--profile", "other", "--log-level", "debug", "inbox", "--profile", "mine"],
    ],
)
def test_options_stand_before_or_after_the_command(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr("desktop.app.gui.run", lambda options, _open_sample: started.append(options) or 0)
    assert main(arguments) == 0
    assert (started[0].profile, started[0].log_level, started[0].sandbox_urls) == (Path("mine"), "debug", None)


def test_demo_and_doctor_take_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr("desktop.demo.demo.run", lambda *given: started.append(given) or 0)
    monkeypatch.setattr("desktop.app.doctor.run", lambda options: started.append(options.profile) or 0)
    assert main(["--log-level", "info", "--language", "en-GB", "demo", "--tour", "pictures"]) == 0
    assert main(["demo", "--log-level", "error"]) == 0
    assert main(["--profile", "mine", "doctor"]) == 0
    assert main(["demo", "--language", "fi", "--sandbox-urls", "sandbox.json"]) == 0
    assert started == [
        (Path("pictures"), "info", "en-GB", None),
        (None, "error", "en", None),
        Path("mine"),
        (None, "warning", "en", Path("sandbox.json")),
    ]


def test_sandbox_and_explain_get_their_arguments_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[list[str]] = []
    monkeypatch.setattr("desktop.app.explain.main", lambda argv: got.append(argv) or 0)
    monkeypatch.setattr("desktop.sandbox.server.server.main", lambda argv: got.append(argv) or 0)
    asked = ["--now", "2026-01-01T00:00:00Z", "a.json", "--relay=proven", "-", "--help", "b.json"]
    assert main(["explain", *asked]) == 0
    assert main(["sandbox", "--port", "0", "--story"]) == 0
    assert got == [asked, ["--port", "0", "--story"]]


@pytest.mark.parametrize(
    ("asked", "written"), [({}, "utf-8"), ({"PYTHONIOENCODING": "ascii:xmlcharrefreplace"}, "ascii")]
)
def test_what_is_printed_into_a_pipe_is_utf_8_unless_something_else_is_asked_for(asked, written) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONIOENCODING"}
    # As on Windows: Python takes the system's encoding, which does not have every character.
    env |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **asked}
    for arguments, status in ((["--help"], 0), (["dmeo"], 2)):
        done = subprocess.run(
            [sys.executable, "-m", "desktop", *arguments], cwd=ROOT, env=env, capture_output=True, check=False
        )
        assert done.returncode == status, done.stderr
        said = (done.stdout + done.stderr).decode(written)
        assert ("COMMAND …" in said) == (written == "utf-8")
