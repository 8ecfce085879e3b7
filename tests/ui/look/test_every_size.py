"""Every window, sheet and popup, at every size and color scheme: nothing is cut off, overlaps or is too pale to read.

`pytest --pictures DIR tests/ui/look/test_every_size.py` saves a picture of each and how near it is to these limits;
`python tests/helpers/nearest_pictures.py DIR` lists the nearest.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from accessible_names import unspoken
from every_screen import Stage, every_screen, furnished
from fake_engine import FakeEngine
from nearest_pictures import Picture, save_figures, take_picture
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from screen_fixtures import speak_english_again
from screen_margins import LEAST_CONTRAST, Measure, cut_off_rows, margins, pale_selections, small_targets
from screen_texts import EnglishFinder, cut_off, data_of, outgrown, overlapping, words_of
from tab_order import traps
from template_picker_driver import ALL

import desktop.ui
from desktop.app.language import follow
from desktop.demo.sample import SAMPLE_TEXTS
from desktop.text import catalog
from desktop.text.catalog import ENGLISH, LANGUAGES, LOCALE_FOLDER, Plural, Text
from desktop.text.demo.sample import tour
from desktop.text.writing.continue_on import READY_TEXTS
from desktop.ui.help.installation import program_folder
from desktop.ui.inbox.recording.opus import is_installed

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
SIZES = {"small": QSize(1024, 700), "large": QSize(1600, 1000)}
SCALES = {"100%": 1.0, "200%": 2.0}
SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
TRANSLATED = sorted(set(LANGUAGES) - {ENGLISH})
LONGEST = "de"
"""The language with the longest words."""
IN_EVERY_RUN = f"{LONGEST} small 200% dark"
"""The largest text in the smallest window, which leaves the least room; the others are measured with `--whole` or
`--pictures`.
"""
NEVER_SHOWN = {
    "Overlay",
    "StepSheet",
    "HelpSheet",
    "SendSheet",
    "Page",
    "Step",
    "EditableRow",
    "UniformListView",
    "SelfPlacedList",
    "MeasuredListView",
    "Pane",
    "Banner",
}
"""Only classes that derive from these are."""
SPOKEN = {"_Notification"}
"""Shown while a screen reader is running that does not hear announcements."""
RECORDING = {"RecordingBar", "LevelMeter"}
"""Shown where libsndfile is installed."""


@pytest.fixture
def engine(engine: FakeEngine, people) -> FakeEngine:
    return furnished(engine, people)


@pytest.fixture
def stage(qtbot, theme, ticker, clock, people, engine, window, tmp_path: Path) -> Stage:
    return Stage(qtbot, theme, ticker, clock, people, engine, window, tmp_path)


def settle() -> None:
    """What a text wraps to at its new width may lead to another width."""
    for _ in range(10):
        QCoreApplication.processEvents()


def what_does_not_fit(screen: QWidget, size: QSize) -> list[str]:
    # The system gives a menu its place on the screen.
    too_large = [] if isinstance(screen, QMenu) else outgrown(screen, size)
    return [*too_large, *cut_off(screen), *overlapping(screen), *cut_off_rows(screen)]


@dataclass(frozen=True)
class Look:
    """A language, and the size of the window and of the text, and colors."""

    name: str
    language: str
    size: QSize
    scale: float
    scheme: Qt.ColorScheme


@pytest.fixture
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Look]:
    """Its language is in force before a window is built."""
    name: str = request.param
    if name != IN_EVERY_RUN and not any(map(request.config.getoption, ("whole", "pictures"))):
        pytest.skip("only with --whole: one with less room is in every run")
    language, size, scale, scheme = name.split()
    follow(qapp, language)
    yield Look(name, language, SIZES[size], SCALES[scale], SCHEMES[scheme])
    speak_english_again(qapp)


def looks() -> list[ParameterSet]:
    """Each by itself, so that several processes share them: English in all sizes, the other languages in the small
    window.
    """
    named = [*product([ENGLISH], SIZES, SCALES, SCHEMES), *product(TRANSLATED, ["small"], SCALES, SCHEMES)]
    names = map(" ".join, named)
    return [
        pytest.param(n, id=n.replace(" ", "-"), marks=[pytest.mark.xdist_group(f"look {n}"), pytest.mark.slow])
        for n in names
    ]


@pytest.mark.parametrize("look", looks(), indirect=True)
def test_everything_fits_and_can_be_read(look: Look, stage: Stage, pytestconfig) -> None:
    stage.theme.set_text_scale(look.scale)
    stage.theme.set_color_scheme(look.scheme)
    stage.window.resize(look.size)
    folder, wrong, pictures = pytestconfig.getoption("pictures"), dict[str, str](), list[Picture]()
    for name, screen in every_screen(stage):
        settle()
        image = take_picture(screen)
        found = list(margins(screen, look.size, image, look.scale))
        pale = [m.what for m in found if m.measure is Measure.CONTRAST and m.value < LEAST_CONTRAST]
        pale += pale_selections(screen, image, stage.theme.colors.surface)
        for fault in [*what_does_not_fit(screen, look.size), *pale]:
            wrong.setdefault(fault, name)
        pictures.append(Picture(name, look.name, image, found))
    if folder:
        save_figures(Path(folder), pictures)
    assert not wrong, listed(wrong)


def listed(wrong: dict[str, str]) -> str:
    """Each fault with the first screen that has it."""
    return chr(10).join(f"{where}: {fault}" for fault, where in wrong.items())


DATA = re.compile(
    r"⟦.*?⟧|\{\{.*?\}\}|a report with.*?\.pdf|No such file or directory|Your order is on its way: our page|• +to\w+"
    r"|[Ww]e have \*?news\*?\. Please answer\.|first_name|\b(from|after|before):|\bEnglish\b|\bwould\b"
    r"|^[\w-]+ \d[\d.]+ · .*$|-with-glibc|updates\.reachline\.example|The system cannot find the file specified"
    r"|File not found\.",
    re.MULTILINE,
)
"""What people wrote, as the screen shows it; words of a search; names of languages, packages and systems; what
systems say of a file that isn't there."""
WRITTEN = {*SAMPLE_TEXTS.values(), *(entry for entry in vars(tour).values() if isinstance(entry, Text))}
"""Entries that people write in the sample workspace, in words that people here write in English."""


@pytest.fixture
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Another language than English, in force before a window is built."""
    code: str = request.param
    if code != LONGEST and not request.config.getoption("whole"):
        pytest.skip("only with --whole: in every run it is the language with the longest words")
    follow(qapp, code)
    yield code
    speak_english_again(qapp)


@pytest.mark.parametrize("language", TRANSLATED, indirect=True)
def test_no_widget_is_missing_and_all_speak_the_language(language: str, stage: Stage) -> None:
    """Whatever can be on a screen is on one of these, in the language that was chosen; Tab reaches all of it and comes
    out of it, and screen readers can name it. With text at 100 %, nothing is too small to be clicked.
    """
    entries = [e for e in catalog.entries() if e not in WRITTEN]
    english = words_of(text for e in entries for text in ([e.one, e.many] if isinstance(e, Plural) else [e.message]))
    own = words_of(text for e in entries for text in forms_of(e))
    own |= {"jennifer", *words_of([READY_TEXTS[language].welcome, "31 de out."])}
    own |= words_of([(LOCALE_FOLDER.parent / "emoji" / f"{language[:2]}.json").read_text("utf-8")])
    queries = stage.engine.queries
    data = data_of(queries.threads, queries.rows, queries.about, queries.lists, queries.connected, ALL)
    data |= literals_of("every_screen", "fake_accounts", "fake_engine", "recipient_views", "sample_people")
    data |= literals_of("direct_routes", "template_picker_driver")
    data |= {str(program_folder()), sys.executable}
    finder = EnglishFinder(english - own, data, DATA)
    stage.window.resize(SIZES["small"])
    seen: set[type[QWidget]] = set()
    wrong: dict[str, str] = {}
    for name, screen in every_screen(stage):
        settle()
        seen |= {type(widget) for widget in [screen, *screen.findChildren(QWidget)] if widget.isVisible()}
        for fault in [*finder.find(screen), *unspoken(screen), *small_targets(screen), *traps(screen)]:
            wrong.setdefault(fault, name)
    assert not wrong, listed(wrong)
    never = NEVER_SHOWN | SPOKEN | (set() if is_installed() else RECORDING)
    missing = {f"{cls.__module__}.{cls.__name__}" for cls in widget_classes() - seen if cls.__name__ not in never}
    assert not missing


def literals_of(*helpers: str) -> set[str]:
    """The texts in these modules, which are what customers and teammates write and are called."""
    trees = (ast.parse(Path(str(importlib.import_module(name).__file__)).read_text("utf-8")) for name in helpers)
    texts = (n.value for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Constant))
    return {text.strip() for text in texts if isinstance(text, str) and len(text) > 2}


def forms_of(entry: Text | Plural) -> list[str]:
    """Every form of an entry in the language in use."""
    if isinstance(entry, Text):
        return [entry(**dict.fromkeys(entry.placeholders, ""))]
    values = dict.fromkeys(entry.placeholders - {"count"}, "")
    return [entry(count, **values) for count in (0, 1, 2, 3, 11, 1_000_000)]


def widget_classes() -> set[type[QWidget]]:
    packages = desktop.ui, desktop.demo, desktop.app.windows
    for package in packages:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    names = tuple(f"{package.__name__}." for package in packages)
    return {cls for cls in _derived(QWidget) if cls.__module__.startswith(names)}


def _derived(cls: type[QWidget]) -> Iterator[type[QWidget]]:
    for derived in cls.__subclasses__():
        yield derived
        yield from _derived(derived)
