"""Arguments -> gui, demo, sandbox, explain, doctor. Each part is imported only when it is asked for."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.system.links import find_link

if TYPE_CHECKING:
    from desktop.app.program import SampleWindows
    from desktop.ui.look.theme import Theme

USAGE = """\
Usage: reachline [--profile DIR] [--sandbox-urls FILE] [--log-level LEVEL]
       reachline COMMAND …

Without a command: the inbox, or at the first start the wizard that leads there.

  demo [--tour DIR]        sample workspace on the embedded sandbox; with --tour, plays the story and saves screenshots
  sandbox [--port N] …     the sandbox alone: Intercom, a channel bridge and the customers' screens on loopback
  explain FILE…            what Reachline concludes from saved Intercom answers, and why, as JSON
  doctor                   what this installation rests on, and how every connected account is
  --version

  --profile DIR            keep accounts, messages and settings in DIR, apart from your own
  --sandbox-urls FILE      for trying things out: talk to the sandbox whose printed line is in FILE
  --log-level LEVEL        debug, info, warning or error: how much is written into the log files, never what is said

`reachline COMMAND --help` tells more.
"""


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 it did not turn out as it should, 2 wrong arguments or input."""
    _print_utf8()
    arguments = sys.argv[1:] if argv is None else argv
    link = find_link(arguments)
    if link is not None:
        from desktop.app import gui

        return gui.main([], _open_sample, link)
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    match command:
        case "demo":
            from desktop.demo import demo

            return demo.main(rest)
        case "sandbox":
            from desktop.sandbox.server import server

            return server.main(rest)
        case "explain":
            from desktop.app import explain

            return explain.main(rest)
        case "doctor":
            from desktop.app import doctor

            return doctor.main(rest)
        case "--version" | "-V":
            print(f"reachline {__version__}")
            return 0
        case "--help" | "-h" | "help":
            print(USAGE, end="")
            return 0
        case _ if not command or command.startswith("-"):
            from desktop.app import gui

            return gui.main(arguments, _open_sample)
        case _:
            print(f"There is no command {command!r}.\n\n{USAGE}", end="", file=sys.stderr)
            return 2


async def _open_sample(theme: Theme) -> SampleWindows:
    from desktop.demo.sample import SampleWorkspace

    return await SampleWorkspace.open(theme)


def _print_utf8() -> None:
    """In a pipe or a file Python writes in Windows' code page, which has no "…" and which nobody expects."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not stream.isatty() and "PYTHONIOENCODING" not in os.environ:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
