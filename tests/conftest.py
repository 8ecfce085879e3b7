"""Shared set-up: offscreen Qt, deterministic hypothesis, a clock that stands still, and sample conversations."""

from __future__ import annotations

import gc
import os
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if os.name == "nt":
    # Offscreen, Qt looks for fonts in a folder of its own, which is empty.
    os.environ.setdefault("QT_QPA_FONTDIR", os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts"))  # noqa: PTH118
# Many texts contain local times.
os.environ["TZ"] = "UTC"
os.environ["REACHLINE_LANGUAGE"] = "en"
# No notification of a test appears on anybody's desktop.
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
if hasattr(time, "tzset"):
    time.tzset()

from collections import Counter
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from examples import FULL
from hypothesis import HealthCheck, settings
from sample_people import People

from desktop.engine.views import ThreadView
from desktop.ports import ClockOffset

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler.protocol import Scheduling

# Derandomised, so that every run is the same; no deadline, because test machines are busy. Fewer than the library's
# hundred: the whole run has ten minutes, on two processors.
settings.register_profile(
    "reachline",
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.register_profile("whole", settings.get_profile("reachline"), max_examples=FULL)
# For people at work, and for looking at which branches tests come through at all; derandomised too: so this stays so.
settings.register_profile("few", settings.get_profile("reachline"), max_examples=25)
settings.load_profile("reachline")

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
# Folders with tests that take seconds each.
_LONG = ("bench", "crash", "end_to_end", "engine/over_http", "fuzz", "mutation")
LONG_TESTS = tuple(f"tests/{folder}/" for folder in _LONG)


class FakeClock:
    """A clock that only tests advance."""

    is_known = True
    offset: ClockOffset | None = None

    @property
    def server_time(self) -> datetime | None:
        return self.now()

    def restore_offset(self, offset: ClockOffset) -> None:
        pass

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        self.advance(timedelta(seconds=seconds))

    def advance(self, by: timedelta) -> None:
        self._now += by
        self._monotonic += by.total_seconds()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="all of what every run shows only a share of: takes hours")
    parser.addoption("--pictures", metavar="DIR", help="where tests of whole screens save what they look at")


def pytest_configure(config: pytest.Config) -> None:
    """Without the slow tests, the others take fewer examples as well; with `--whole`, all take more."""
    if config.getoption("hypothesis_profile", None):
        return
    if config.getoption("whole"):
        settings.load_profile("whole")
    elif config.getoption("markexpr") == "not slow":
        settings.load_profile("few")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three for two cores: half of the time, tests wait for servers, timers and other programs."""
    return max((os.cpu_count() or 1) * 3 // 2, 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Give a process all tests of a file at once, but long ones one by one.

    What they share is set up once, and xdist, which after every test counts all it ever gave out, has less to count.
    """
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class ByFile(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            group = super()._split_scope(nodeid)
            file = nodeid.partition("::")[0]
            return file if group == nodeid and not file.startswith(LONG_TESTS) else group

    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip on Windows what it cannot do."""
    for item in items:
        if os.name == "nt" and (mark := item.get_closest_marker("posix")) is not None:
            item.add_marker(pytest.mark.skip(reason=f"POSIX only: {mark.args[0]}"))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Shorten ids of long values, which slow down xdist and reports."""
    return f"{len(val)} {type(val).__name__}" if isinstance(val, str | bytes) and len(val) > 200 else None


def pytest_collection() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """Exclude the objects of the collection from later garbage collections."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Collect garbage between tests with Qt only.

    Qt objects must be deleted on their thread, but Python collects garbage on any thread that allocates: of the store,
    the keyring or the sandbox.
    """
    if "qapp" not in getattr(item, "fixturenames", ()):
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture
def amount(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """`amount(share, whole)`: how many of something this run makes."""
    whole = request.config.getoption("whole")
    return lambda share, all_of_it: all_of_it if whole else share


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def people() -> People:
    """Factory of conversations, threads and list rows; see `People`."""
    return People(NOW)


@pytest.fixture
def jennifer(people: People) -> Callable[..., ThreadView]:
    """Creates a `ThreadView` by `jennifer(whatsapp_age=…, messenger_age=…)`; see `People.jennifer`."""
    return people.jennifer


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sums of the figures that tests recorded as properties, over all workers."""
    totals: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        totals.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    if totals:
        terminalreporter.write_sep("-", "counted")
        for name in sorted(totals):
            terminalreporter.write_line(f"{totals[name]:>9,}  {name}")
