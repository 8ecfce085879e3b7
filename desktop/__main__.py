"""The command line: `reachline [COMMAND] …`. Each command's code is imported only when it is asked for."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.app import language
from desktop.system import spelling
from desktop.system.links import find_link
from desktop.system.logs import LEVELS
from desktop.text.terminal import command_line as texts

if TYPE_CHECKING:
    from desktop.app.program import SampleWindows
    from desktop.ui.look.theme import Theme


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 it did not turn out as it should, 2 wrong input.

    Raises SystemExit for --help, --version and wrong arguments, as argparse does.
    """
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == [spelling.COMMAND]:
        from desktop.system.spelling import child

        return child.main()
    _print_utf8()
    # Here and not in the parser: an option after the command would take the default instead of what stands before it.
    link = find_link(arguments)
    # Beside a link, which anybody may have written, nothing else is read.
    requested = language.start(language.requested_language([] if link is not None else arguments))
    options = argparse.Namespace(
        command=None,
        profile=None,
        sandbox_urls=None,
        log_level="warning",
        tour=None,
        language=requested,
        background=False,
    )
    if link is not None:
        from desktop.app import gui

        return gui.run(options, _open_sample, link)
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments, options)
    # The parser has put back what was asked for.
    options.language = requested
    # These know their own arguments.
    if options.command == "sandbox":
        from desktop.sandbox.server import server

        return server.main(unknown)
    if options.command == "hub":
        from desktop.hub import command

        return command.main(unknown)
    if options.command == "explain":
        from desktop.app import explain

        return explain.main(unknown)
    if unknown:
        parser.error(texts.UNKNOWN_ARGUMENTS(arguments=" ".join(unknown)))
    if options.command == "demo":
        from desktop.demo import demo

        return demo.run(options.tour, options.log_level, options.language, options.sandbox_urls)
    if options.command == "doctor":
        from desktop.app import doctor

        return doctor.run(options)
    from desktop.app import gui

    return gui.run(options, _open_sample)


def _parser() -> argparse.ArgumentParser:
    # Taken before and after the command.
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--profile", metavar="DIR", type=Path, help=texts.HELP_PROFILE())
    shared.add_argument(
        "--sandbox-urls",
        metavar="FILE",
        type=Path,
        help=texts.HELP_SANDBOX_URLS(),
    )
    shared.add_argument(
        "--log-level",
        choices=LEVELS,
        type=str.lower,
        help=texts.HELP_LOG_LEVEL(),
    )
    shared.add_argument("--background", action="store_true", help=texts.HELP_BACKGROUND())
    shared.add_argument(language.OPTION, metavar="CODE", help=texts.HELP_LANGUAGE())
    parser = argparse.ArgumentParser(
        prog="reachline",
        parents=[shared],
        description=texts.DESCRIPTION(),
        epilog=texts.EPILOG(),
    )
    parser.add_argument("-V", "--version", action=_PrintVersion, nargs=0, help=texts.HELP_VERSION())
    commands = parser.add_subparsers(dest="command", title=texts.COMMANDS(), metavar="COMMAND …")
    commands.add_parser("inbox", parents=[shared], help=texts.HELP_INBOX())
    demo = commands.add_parser("demo", parents=[shared], help=texts.HELP_DEMO())
    demo.add_argument(
        "--tour",
        metavar="DIR",
        type=Path,
        default=argparse.SUPPRESS,
        help=texts.HELP_TOUR(),
    )
    commands.add_parser(
        "sandbox",
        add_help=False,
        help=texts.HELP_SANDBOX(),
    )
    commands.add_parser("hub", add_help=False, help=texts.HELP_HUB())
    commands.add_parser("explain", add_help=False, help=texts.HELP_EXPLAIN())
    commands.add_parser("doctor", parents=[shared], help=texts.HELP_DOCTOR())
    return parser


class _PrintVersion(argparse.Action):
    """Says what is installed, and from where. Most starts ask for none of that."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from desktop.text.help import KINDS
        from desktop.ui.help.installation import installation_kind, program_folder, qt_version

        print(f"reachline {__version__}")
        print(texts.INSTALLED(kind=KINDS[installation_kind()](), folder=str(program_folder())))
        print(texts.RUNS_ON(python=platform.python_version(), qt=qt_version()))
        parser.exit()


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
