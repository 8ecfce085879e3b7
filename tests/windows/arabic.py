"""The built program opens in Arabic: its words are read on a screen, and its panes stand the other way round."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

import pictures
import program
from machine import Wine, Workplace, windows_path
from tally import Tally

Found = dict[str, list[pictures.Place]]
SETTINGS = "[look]\nlanguage=ar\n"
"""What the program writes into its profile where somebody has chosen Arabic."""
LEAST_WORDS, LEAST_WORDS_OF_SAMPLE = 12, 28
OF_VIEWS, OF_EMPTY_PANE = ("Mine", "Mentions", "Unassigned", "Closing soon"), ("No customer selected",)
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

        def check(
            name: str, least: int, *arguments: str, what: str = "", holds: Callable[[Found], object] = bool
        ) -> None:
            wine.start(folder / program.PROGRAMS[0], *arguments, cwd=folder)
            found = pictures.read_screen(
                *(workplace, display, name, pictures.arabic_words_in),
                lambda words: len(words) >= least and bool(holds(words)),
            )
            wine.stop()
            tally.check(f"{name}: {len(found)} words in Arabic can be read", len(found) >= least, " ".join(found))
            if what:
                tally.check(f"{name}: {what}", holds(found), str(found))

        try:
            check("wizard in Arabic", LEAST_WORDS, "--profile", windows_path(profile))
            what = "the list stands right of the conversation"
            asked = ("--language", "ar", "demo")
            check("sample in Arabic", LEAST_WORDS_OF_SAMPLE, *asked, what=what, holds=_is_mirrored)
        finally:
            wine.stop()


def _is_mirrored(found: Found) -> bool:
    views, empty = (_places(found, texts) for texts in (OF_VIEWS, OF_EMPTY_PANE))
    return bool(views and empty) and min(p.left for p in views) > max(p.right for p in empty)


def _places(found: Found, texts: Sequence[str]) -> list[pictures.Place]:
    """Of the first word of these texts that can be read; empty for none."""
    return next((found[word] for text in texts for word in pictures.arabic_words_of(text) if word in found), [])
