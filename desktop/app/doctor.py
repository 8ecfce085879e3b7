"""`reachline doctor`: print what this installation consists of and the state of each account. Prints no secret."""

from __future__ import annotations

import argparse
import asyncio
import platform
import sys

import apsw

from desktop import __version__
from desktop.app.connect import BadSandboxFile
from desktop.app.profile_context import ProfileContext
from desktop.engine.accounts.accounts import Accounts
from desktop.system.spelling.dictionaries import working_languages
from desktop.text.names import password_store
from desktop.text.reasons.describe import describe
from desktop.text.terminal import command_line as texts
from desktop.ui.inbox.recording.opus import encodes_speech


def run(options: argparse.Namespace) -> int:
    """Exit status: 0 all well; 1 something is not; 2 the file of the sandbox is wrong.

    options: profile and sandbox_urls, as `desktop.__main__` parses them.
    """
    try:
        context = ProfileContext.of(options)
    except BadSandboxFile as error:
        print(describe(error.reason), file=sys.stderr)
        return 2
    python, sqlite = platform.python_version(), apsw.sqlite_lib_version()
    print(texts.VERSIONS(version=__version__, python=python, qt=_qt(), sqlite=sqlite))
    print((texts.NOTES_PLAY_HERE if _plays_notes() else texts.NOTES_OPEN_ELSEWHERE)())
    print((texts.NOTES_ARE_RECORDED if encodes_speech() else texts.NOTES_NOT_RECORDED)())
    languages = ", ".join(working_languages())
    print(texts.SPELLING_IN(languages=languages) if languages else texts.NO_SPELLING())
    print(texts.PROFILE_FOLDER(folder=str(context.paths.profile)))
    print(texts.LOG_FOLDER(folder=str(context.paths.logs)), flush=True)
    return asyncio.run(_check_everything(context))


async def _check_everything(context: ProfileContext) -> int:
    accounts = Accounts(context.book, context.secrets, context.connector)
    print(texts.ASKING_KEYRING(store=password_store()), flush=True)
    profile = await accounts.load()
    is_well = _print_line(
        accounts.keeps_secrets, texts.KEYRING(), describe(accounts.keyring_error) or texts.KEYRING_WORKS()
    )
    if accounts.profile_error:
        is_well = _print_line(False, texts.PROFILE(), describe(accounts.profile_error))
    if not profile.workspaces:
        print(texts.NO_ACCOUNT())
    async for checked in accounts.check_all():
        is_well = _print_line(checked.ok, checked.what, describe(checked.reason)) and is_well
    for workspace in profile.workspaces:
        is_team_well, reason = await accounts.check_team(workspace)
        what = f"{texts.TEAM()} · {workspace.name or workspace.workspace_id}"
        is_well = _print_line(is_team_well, what, describe(reason)) and is_well
    context.secrets.close()
    await accounts.aclose()
    return 0 if is_well else 1


def _print_line(ok: bool, what: str, sentence: str) -> bool:
    line = texts.WELL if ok else texts.NOT_WELL
    print(line(what=what, sentence=sentence), flush=True)
    return ok


def _plays_notes() -> bool:
    try:
        from desktop.ui.thread.media import library
    except ImportError:
        # Without Qt.
        return False
    return library.decodes_sounds()


def _qt() -> str:
    """The version; creates no widget, so that this works without a display."""
    try:
        from PySide6.QtCore import qVersion
    except ImportError as missing:
        return texts.QT_MISSING(reason=str(missing))
    return str(qVersion())
