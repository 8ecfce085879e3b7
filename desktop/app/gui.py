"""`reachline inbox`: the inbox of the current workspace, or the wizard where nothing is connected."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from typing import TYPE_CHECKING

from desktop.app import qt
from desktop.app.profile_paths import SETTINGS_FILE, has_workspace, profile_paths
from desktop.system import logs
from desktop.text.terminal import command_line as texts

# Most of the program is imported once its window is painted.
if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop.app.frame import InboxFrame
    from desktop.app.program import OpenSample
    from desktop.system.paths import Paths
    from desktop.system.single_instance import SingleInstance
    from desktop.ui.look.theme import Theme


def run(options: argparse.Namespace, open_sample: OpenSample, link: str | None = None) -> int:
    """Show the program until its last window is closed.

    options: profile, sandbox_urls, log_level, language and background, as `desktop.__main__` parses them.
    open_sample: as for `Program`. link: as `find_link` returns it; with one, the profile is chosen here.

    Returns the exit status: 0 well, also where the window of a running program came forward; 2 where the file of the
    sandbox is wrong or nothing can be shown.
    """
    # Nothing of what the start imports and builds becomes garbage; `loop` collects from then on.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return _run(options, open_sample, link)
    finally:
        if was_enabled:
            gc.enable()


def _run(options: argparse.Namespace, open_sample: OpenSample, link: str | None) -> int:
    if not qt.has_display() and "QT_QPA_PLATFORM" not in os.environ:
        print(texts.NO_DISPLAY(), file=sys.stderr)
        return 2
    if options.sandbox_urls is not None and not _is_sandbox_file_good(options):
        return 2
    if link is not None:
        from desktop.system import recent_profiles

        options.profile = recent_profiles.find_for_link(has_workspace)
    paths = profile_paths(options)
    try:
        application = qt.start(
            offscreen=False, requested_language=options.language, settings=paths.profile / SETTINGS_FILE
        )
    except qt.NoScreen as error:
        print(error, file=sys.stderr)
        return 2
    from desktop.system.paths import is_too_long
    from desktop.system.single_instance import NotAnswering, SingleInstance

    if is_too_long(paths.profile):
        return _say_and_end(texts.PATH_TOO_LONG())
    instance = SingleInstance(paths.profile)
    if options.sandbox_urls is None:
        from desktop.system import recent_profiles

        recent_profiles.remember(options.profile and paths.profile)
    try:
        if not instance.acquire(link or ""):
            return 0
        theme, frame = _show_frame(application, paths, is_shown=not options.background)
        from desktop.app import loop

        with logs.logging_to(options.log_level, paths.logs):
            return loop.run(
                application, lambda: _run_program(application, options, instance, open_sample, theme, frame, link or "")
            )
    except NotAnswering:
        return _say_and_end(texts.NOT_ANSWERING())
    finally:
        instance.release()


def _say_and_end(sentence: str) -> int:
    """Returns the exit status."""
    from PySide6.QtWidgets import QMessageBox

    # Somebody who started it from the desktop sees no standard error.
    print(sentence, file=sys.stderr)
    QMessageBox.warning(None, "Reachline", sentence)
    return 2


def _is_sandbox_file_good(options: argparse.Namespace) -> bool:
    """Says on standard error what is wrong."""
    from desktop.app.connect import BadSandboxFile, Hosts
    from desktop.text.reasons.describe import describe

    try:
        Hosts.of_file(options.sandbox_urls)
    except BadSandboxFile as bad_file:
        print(describe(bad_file.reason), file=sys.stderr)
        return False
    return True


def _show_frame(application: QApplication, paths: Paths, *, is_shown: bool) -> tuple[Theme, InboxFrame | None]:
    """Show the inbox's window in the agent's colors, if there is an inbox to open and it shall be shown."""
    from desktop.ui.look.theme import Theme

    theme = Theme(application)
    if not is_shown or not has_workspace(paths.profile):
        return theme, None
    from desktop.app.frame import InboxFrame

    settings = None
    if (paths.profile / SETTINGS_FILE).exists():
        from desktop.system.settings_file import SettingsFile
        from desktop.ui.look.preferences import Preferences

        settings = SettingsFile(paths.profile / SETTINGS_FILE)
        Preferences(theme, settings, application)
    frame = InboxFrame(theme, settings)
    frame.show_at_once()
    return theme, frame


async def _run_program(
    application: QApplication,
    options: argparse.Namespace,
    instance: SingleInstance,
    open_sample: OpenSample,
    theme: Theme,
    frame: InboxFrame | None,
    link: str,
) -> int:
    from desktop.app.profile_context import ProfileContext
    from desktop.app.program import Program
    from desktop.system.links import validated_link
    from desktop.ui.look.application import Application

    context = ProfileContext.of(options)
    program = Program(application, context, open_sample, theme, frame, in_background=options.background, link=link)
    instance.started_again.connect(program.open_link)
    if isinstance(application, Application):
        application.on_quit = program.quit
        application.follow_links(lambda text: program.open_link(validated_link(text)))
    return await program.run()
