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
from desktop.text.reasons.describe import describe


def run(options: argparse.Namespace) -> int:
    """Exit status: 0 all well; 1 something is not; 2 the file of the sandbox is wrong.

    options: profile and sandbox_urls, as `desktop.__main__` parses them.
    """
    try:
        context = ProfileContext.of(options)
    except BadSandboxFile as error:
        print(describe(error.reason), file=sys.stderr)
        return 2
    print(
        f"Reachline {__version__}, Python {platform.python_version()}, Qt {_qt()}, SQLite {apsw.sqlite_lib_version()}"
    )
    print(f"Profile: {context.paths.profile}")
    print(f"Logs: {context.paths.logs}", flush=True)
    return asyncio.run(_check_everything(context))


async def _check_everything(context: ProfileContext) -> int:
    accounts = Accounts(context.book, context.secrets, context.connector)
    print("Keyring: asking (this system may want you to unlock it) …", flush=True)
    profile = await accounts.load()
    is_well = _print_line(
        accounts.keeps_secrets, "Keyring", describe(accounts.keyring_error) or "It can be used; tokens are kept there."
    )
    if accounts.profile_error:
        is_well = _print_line(False, "Profile", describe(accounts.profile_error))
    if not profile.workspaces:
        print("No account is connected. Start `reachline` to connect one.")
    async for checked in accounts.check_all():
        is_well = _print_line(checked.ok, checked.what, describe(checked.reason)) and is_well
    context.secrets.close()
    await accounts.aclose()
    return 0 if is_well else 1


def _print_line(ok: bool, what: str, sentence: str) -> bool:
    print(f"[{'well' if ok else 'not well'}] {what}: {sentence}", flush=True)
    return ok


def _qt() -> str:
    """The version; creates no widget, so that this works without a display."""
    try:
        from PySide6.QtCore import qVersion
    except ImportError as missing:
        return f"cannot be loaded ({missing})"
    return str(qVersion())
