"""Reads the words in pictures, by a program that knows nothing of fonts."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from machine import ROOT, Workplace

Read = TypeVar("Read", bound=Collection[str])

LEAST_WORDS = 25
"""That a picture of both windows must hold; of pictures without letters, chance reads one or two."""
LEAST_LETTERS = 5
ARABIC = "ara"
"""As the program that reads pictures calls the language."""
LEAST_ARABIC_LETTERS = 4
ENLARGED = "300%"
"""Joined letters of the usual size are too small to be told apart."""
PATIENCE_S = 120.0

DRAW = """
import os, sys
os.environ.update(QT_QPA_PLATFORM="offscreen", QT_QPA_FONTDIR=sys.argv[1])
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication
import desktop.text.demo.tour as texts
application = QApplication([])
sentences = [str(text()) for text in vars(texts).values() if type(text).__name__ == "Text" and "{" not in text.message]
image = QImage(1200, 900, QImage.Format.Format_RGB32)
image.fill(QColor("white"))
painter = QPainter(image)
painter.setFont(QFont("", 11))
painter.drawText(image.rect(), Qt.TextFlag.TextWordWrap, "\\n".join(sentences))
painter.end()
image.save(sys.argv[2])
"""
"""A Windows program that draws the sentences of the tour. Arguments: folder of fonts, picture."""


@cache
def vocabulary() -> frozenset[str]:
    """Long words of the program's own sentences and of the sandbox's conversations."""
    sources = [*(ROOT / "desktop/text").rglob("*.py"), *(ROOT / "desktop/sandbox/world").rglob("*.py")]
    return frozenset(w for source in sources for w in _words(source.read_text("utf-8")))


@cache
def arabic_vocabulary() -> frozenset[str]:
    """Long words of the program's own sentences in Arabic."""
    return frozenset(_arabic_words(_catalogue()))


def arabic_words_of(english: str) -> list[str]:
    """The long words of what a text, which stands in one line of the catalogue, is in Arabic."""
    found = re.search(rf'^msgid "{re.escape(english)}"\nmsgstr "(.+)"$', _catalogue(), re.MULTILINE)
    assert found is not None, english
    return _arabic_words(found[1])


def _catalogue() -> str:
    return (ROOT / "resources/locale/ar/LC_MESSAGES/reachline.po").read_text("utf-8")


def words_in(picture: Path) -> set[str]:
    """The program's words that can be read in a picture."""
    # Fonts of icons have capital letters at most.
    read = re.findall("[A-Za-z]+", _read(picture))
    return _words(" ".join(word for word in read if word[1:].islower())) & vocabulary()


@dataclass(frozen=True)
class Place:
    """From where to where a word stands, in pixels from the left of the picture, enlarged."""

    left: int
    right: int


def arabic_words_in(picture: Path) -> dict[str, list[Place]]:
    """The program's words in Arabic that can be read in a picture, and where."""
    enlarged = picture.with_name(f"{picture.stem}-enlarged.png")
    subprocess.run(["convert", picture, "-resize", ENLARGED, enlarged], check=True, timeout=60)
    found: dict[str, list[Place]] = {}
    for line in _read(enlarged, "-l", ARABIC, "tsv").splitlines()[1:]:
        *_, left, _top, width, _height, _confidence, text = line.split("\t")
        for word in arabic_vocabulary().intersection(_arabic_words(text)):
            found.setdefault(word, []).append(Place(int(left), int(left) + int(width)))
    enlarged.unlink()
    return found


def _read(picture: Path, *options: str) -> str:
    done = subprocess.run(
        ["tesseract", picture, "stdout", "--psm", "11", *options],
        # Several threads take longer than one.
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout


def is_readable(words: set[str]) -> bool:
    return len(words) >= LEAST_WORDS


def read_screen(
    workplace: Workplace, display: str, name: str, read: Callable[[Path], Read], is_complete: Callable[[Read], bool]
) -> Read:
    """Words on the screen, once they are all there, or after `PATIENCE_S`. name: of the picture."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        words = read(workplace.photograph(display, name))
        if is_complete(words) or time.monotonic() > deadline:
            return words
        time.sleep(2)


def _words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Za-z]+", text) if len(word) >= LEAST_LETTERS}


def _arabic_words(text: str) -> list[str]:
    """Without the signs of short vowels, which are hardly to be seen."""
    letters = re.sub("[\u064b-\u0652]", "", text)
    return [word for word in re.findall("[\u0621-\u064a]+", letters) if len(word) >= LEAST_ARABIC_LETTERS]
