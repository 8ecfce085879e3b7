"""`reachline inbox`: the inbox of the current workspace, or the wizard where nothing is connected."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from typing import TYPE_CHECKING

from desktop.app import qt
from desktop.app.connect import BadSandboxFile
from desktop.app.profile_context import ProfileContext
from desktop.system import logs
from desktop.text import command_line as texts
from desktop.text.reasons.describe import describe

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop.app.program import OpenSample
    from desktop.system.single_instance import SingleInstance


def run(options: argparse.Namespace, open_sample: OpenSample, link: str = "") -> int:
    """Show the program until its last window is closed.

    options: profile, sandbox_urls, log_level and language, as `desktop.__main__` parses them. open_sample: as for
    `Program`. link: as `find_link` returns it. Returns the exit status: 0 well, also where the window of a running
    program came forward; 2 where the file of the sandbox is wrong or nothing can be shown.
    """
    if not qt.has_display() and "QT_QPA_PLATFORM" not in os.environ:
        print(texts.NO_DISPLAY(), file=sys.stderr)
        return 2
    # Nothing of what is imported and built becomes garbage; `loop` collects from then on.
    gc.disable()
    try:
        context = ProfileContext.of(options)
        application = qt.start(offscreen=False, requested_language=options.language)
    except BadSandboxFile as bad_file:
        print(describe(bad_file.reason), file=sys.stderr)
        return 2
    except qt.NoScreen as error:
        print(error, file=sys.stderr)
        return 2
    from desktop.app import loop
    from desktop.system.single_instance import NotAnswering, SingleInstance

    instance = SingleInstance(context.paths.profile)
    try:
        if not instance.acquire(link):
            return 0
        with logs.logging_to(options.log_level, context.paths.logs):
            return loop.run(application, lambda: _run_program(application, context, instance, open_sample))
    except NotAnswering:
        from PySide6.QtWidgets import QMessageBox

        # Somebody who started it from the desktop sees no standard error.
        print(texts.NOT_ANSWERING(), file=sys.stderr)
        QMessageBox.warning(None, "Reachline", texts.NOT_ANSWERING())
        return 2
    finally:
        instance.release()


async def _run_program(
    application: QApplication, context: ProfileContext, instance: SingleInstance, open_sample: OpenSample
) -> int:
    from desktop.app.program import Program

    program = Program(application, context, open_sample)
    # The link's text is not read: links cannot open any place in the program yet.
    instance.started_again.connect(lambda _link: program.raise_windows())
    return await program.run()
