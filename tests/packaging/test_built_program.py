"""The built program, where there is one in dist/ (see build.spec): what starts itself or loads a library of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "dist/reachline"
PROGRAM = FOLDER / "reachline"
DICTIONARIES = FOLDER / "_internal/resources/dictionaries"
MISSPELT = {"en": ("hello", "helllo"), "es": ("canción", "canzión"), "fr": ("été", "étté"), "pt_BR": ("não", "nãão")}
"""By dictionary, a word that is right and one that is not."""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not PROGRAM.is_file(), reason="there is no built program in dist/")]


def run(*arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [PROGRAM, *arguments], input=given, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    return done.stdout


def test_it_starts_the_process_that_checks_spelling() -> None:
    built = {name: words for name, words in MISSPELT.items() if (DICTIONARIES / f"{name}.dic").is_file()}
    assert "en" in built
    questions = [
        {"id": number, "dictionary": str(DICTIONARIES / name), "words": words}
        for number, (name, words) in enumerate(built.items())
    ]
    answers = run("spelling", given="".join(f"{json.dumps(question)}\n" for question in questions))
    found = [json.loads(line)["found"] for line in answers.splitlines()]
    assert found == [[wrong] for _, wrong in built.values()]
    assert all((DICTIONARIES / f"{name}.license").is_file() for name in built)


def test_it_plays_and_records_voice_notes(tmp_path: Path) -> None:
    said = run("doctor", "--language", "en", "--profile", str(tmp_path))
    assert "Voice notes: played in Reachline\n" in said
    assert "Voice notes: can be recorded\n" in said
    # It has asked its own process.
    assert "Spell check: " in said
    assert "Spell check: not available" not in said
    # What libsndfile's Python module would need is not in it.
    assert not list(FOLDER.glob("_internal/numpy*"))


def test_it_speaks_every_language() -> None:
    folders = ROOT.glob("resources/locale/*/LC_MESSAGES/reachline.po")
    said = {file.parts[-3]: run("--language", file.parts[-3].replace("_", "-"), "--help") for file in folders}
    assert len(said) >= 5
    assert len({*said.values(), run("--language", "en", "--help")}) == len(said) + 1
