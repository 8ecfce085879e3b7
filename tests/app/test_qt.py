"""Where Qt cannot start, a sentence with the packages comes instead of an abort."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.app import qt


def test_nothing_is_missing_where_everything_loads() -> None:
    assert qt.missing_packages(with_x11=True, with_network=True, loads=lambda library: True) == []


def test_missing_libraries_are_named_by_their_package() -> None:
    absent = {"libEGL.so.1", "libgssapi_krb5.so.2", "libxcb-cursor.so.0"}
    assert qt.missing_packages(with_x11=True, with_network=True, loads=lambda library: library not in absent) == [
        "libegl1",
        "libgssapi-krb5-2",
        "libxcb-cursor0",
    ]
    assert qt.missing_packages(with_x11=False, with_network=False, loads=lambda library: library not in absent) == [
        "libegl1"
    ]


def test_a_library_that_does_not_exist_does_not_load() -> None:
    assert qt.missing_packages(
        with_x11=False, with_network=False, loads=lambda library: qt._loads("libno-such-thing.so.9")
    ) == sorted(set(qt.BASE_LIBRARIES.values()))


@pytest.mark.posix("X11 and Wayland are Linux's")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Wayland are Linux's")
@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [("DISPLAY", ":0", True), ("WAYLAND_DISPLAY", "wayland-0", True), ("DISPLAY", "", False)],
)
def test_a_display_is_found_by_its_session(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, shown: bool
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv(variable, value)
    assert qt.has_display() == shown


@pytest.mark.parametrize(
    ("environment", "on_x11"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "xcb:option=1;wayland"}, True),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, False),
    ],
)
def test_the_libraries_of_x11_are_looked_for_where_it_will_be_used(environment: dict[str, str], on_x11: bool) -> None:
    """Where the platform is named too: Qt's own message names one library, whichever is missing."""
    assert qt.uses_x11(environment) == on_x11


@pytest.mark.parametrize(
    ("system", "before", "found"),
    [
        ("win32", None, str(Path("D:/Windows/Fonts"))),
        ("win32", "E:/my fonts", "E:/my fonts"),
        ("linux", None, None),
    ],
)
def test_offscreen_pictures_on_windows_have_the_systems_fonts(
    monkeypatch: pytest.MonkeyPatch, system: str, before: str | None, found: str | None
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setenv("SYSTEMROOT", "D:/Windows")
    monkeypatch.delenv("QT_QPA_FONTDIR", raising=False)
    if before is not None:
        monkeypatch.setenv("QT_QPA_FONTDIR", before)
    wanted = qt.offscreen_environment()
    assert wanted.pop("QT_QPA_PLATFORM") == "offscreen"
    assert wanted == ({} if found is None else {"QT_QPA_FONTDIR": found})
