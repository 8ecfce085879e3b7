"""The built program opens in Arabic: its words are read on a screen, and its panes stand the other way round."""

from __future__ import annotations

import shutil

import pictures
import program
from machine import Wine, Workplace, windows_path
from tally import Tally

SETTINGS = "[look]\nlanguage=ar\n"
"""What the program writes into its profile where somebody has chosen Arabic."""
LEAST_WORDS, LEAST_WORDS_OF_SAMPLE = 12, 20
OF_VIEWS, OF_EMPTY_PANE = "Mentions", "No customer selected"
"""What stands on the left and in the middle of the window in English."""


def prove(workplace: Workplace, tally: Tally) -> None:
    """Start it as somebody who chose Arabic before, and as one who asks for it on the command line."""
    folder = workplace.checkout / "dist/reachline"
    if not (folder / program.PROGRAMS[0]).exists():
        program.build(workplace, tally)
    profile = workplace.folder / "profile in Arabic"
    shutil.rmtree(profile, ignore_errors=True)
    profile.mkdir()
    (profile / "settings.ini").write_text(SETTINGS, "utf-8")
    # What ran before had no screen, and Windows gets one when its first program starts.
    workplace.wine.stop()
    with workplace.screen() as display:
        wine = Wine(workplace.wine.prefix, workplace.layer, display)

        def words_of(name: str, least: int, *arguments: str) -> dict[str, list[pictures.Place]]:
            wine.start(folder / program.PROGRAMS[0], *arguments, cwd=folder)
            found = pictures.read_screen(
                *(workplace, display, name, pictures.arabic_words_in), lambda words: len(words) >= least
            )
            wine.stop()
            tally.check(f"{name}: {len(found)} words in Arabic can be read", len(found) >= least, " ".join(found))
            return found

        try:
            words_of("arabic wizard", LEAST_WORDS, "--profile", windows_path(profile))
            found = words_of("arabic sample", LEAST_WORDS_OF_SAMPLE, "--language", "ar", "demo")
        finally:
            wine.stop()
    views, empty = (_places(found, text) for text in (OF_VIEWS, OF_EMPTY_PANE))
    is_mirrored = views and empty and min(p.left for p in views) > max(p.right for p in empty)
    tally.check("the list stands right of the conversation", is_mirrored, f"{views} {empty}")


def _places(found: dict[str, list[pictures.Place]], english: str) -> list[pictures.Place]:
    """Of the first word of a text that can be read; empty for none."""
    return next((found[word] for word in pictures.arabic_words_of(english) if word in found), [])
