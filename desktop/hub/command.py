"""The command line of the hub: `reachline hub init|invite|revoke|status|serve`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.hub.config import ConfigProblem, Folder
from desktop.system.clock import ServerClock
from desktop.system.logs import LEVELS
from desktop.text.terminal import hub as texts

DEFAULT_FOLDER = Path("reachline-hub")


def main(argv: Sequence[str]) -> int:
    """Run one command. Exit status: 0 done, 1 it did not turn out as it should, 2 wrong input.

    Only what is to be copied goes to standard output: the line of an invitation, or the state.
    """
    options = _parser().parse_args(argv)
    folder, clock = Folder(options.folder), ServerClock()
    try:
        match options.command:
            case "init":
                return _init(options, folder, clock)
            case "invite":
                return _invite(folder, options.name, clock)
            case "revoke":
                return _revoke(folder, options.name, clock)
            case "status":
                return _status(folder, clock)
            case _:
                return _serve(options, folder, clock)
    except ConfigProblem as problem:
        _print_line(str(problem))
        return 2
    except ImportError as missing:
        _print_line(texts.NOT_INSTALLED(package=missing.name or ""))
        return 2
    except OSError as error:
        _print_line(texts.SYSTEM_REFUSED(file=str(error.filename or ""), reason=error.strerror or type(error).__name__))
        return 1


def _init(options: argparse.Namespace, folder: Folder, clock: ServerClock) -> int:
    from desktop.hub.setup import broker_files, invitations

    if (options.certificate is None) is not (options.key is None):
        _print_line(texts.CERTIFICATE_AND_KEY())
        return 2
    version = broker_files.installed_version()
    wanted = invitations.NewHub(
        workspace=options.workspace,
        servers=tuple(options.server),
        broker=options.broker,
        port=options.port,
        websocket_port=options.websocket_port,
        listen=options.listen,
        public_url=options.public_url,
        certificate=options.certificate,
        key=options.key,
        ca=options.ca,
        syncs_always=options.sync_always or version[:2] >= broker_files.SYNC_FROM,
    )
    invitations.create(folder, wanted, clock)
    path = folder.path.absolute()
    _print_line(texts.MADE(folder=str(path)))
    if version and version[:2] < broker_files.SYNC_FROM and not options.sync_always:
        _print_line(texts.SYNCS_RARELY(version=".".join(map(str, version))))
    file = broker_files.BROKER_FILE if len(options.server) == 1 else "broker-HOST.conf"
    _print_line(
        texts.NEXT(
            start=f"{broker_files.installed_program() or broker_files.PROGRAM} -c {path / file}",
            folder=str(options.folder),
        )
    )
    return 0


def _invite(folder: Folder, name: str, clock: ServerClock) -> int:
    from desktop.hub.setup import invitations

    line, is_in = asyncio.run(invitations.invite(folder, name, clock))
    _print_line(texts.INVITATION(name=name))
    print(line, flush=True)
    if not is_in:
        _print_line(texts.RELOAD_BROKER())
    return 0 if is_in else 1


def _revoke(folder: Folder, name: str, clock: ServerClock) -> int:
    from desktop.hub.setup import invitations

    is_reloaded, has_keys = asyncio.run(invitations.revoke(folder, name, clock))
    _print_line(texts.REVOKED(name=name))
    if not is_reloaded:
        _print_line(texts.RELOAD_BROKER())
    if not has_keys:
        _print_line(texts.KEYS_LATER())
    return 0 if is_reloaded and has_keys else 1


def _status(folder: Folder, clock: ServerClock) -> int:
    from desktop.hub import status

    return 0 if asyncio.run(status.show(folder, clock, print)) else 1


def _serve(options: argparse.Namespace, folder: Folder, clock: ServerClock) -> int:
    from desktop.hub import logs, serve

    logs.start(options.log_level)
    serve.run(lambda: serve.Hub(folder, clock), options.listen or folder.config().listen, _print_line)
    return 0


def _print_line(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reachline hub", description=texts.DESCRIPTION())
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND …")

    init = commands.add_parser("init", help=texts.HELP_INIT())
    init.add_argument("folder", metavar="DIR", type=Path, help=texts.HELP_NEW_FOLDER())
    init.add_argument("--workspace", metavar="ID", required=True, help=texts.HELP_WORKSPACE())
    init.add_argument("--server", metavar="HOST", action="append", required=True, help=texts.HELP_SERVER())
    init.add_argument("--broker", metavar="URL", default="", help=texts.HELP_BROKER())
    init.add_argument("--port", type=int, default=4222, help=texts.HELP_PORT())
    init.add_argument("--websocket-port", type=int, default=8443, help=texts.HELP_WEBSOCKET_PORT())
    init.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8200", help=texts.HELP_LISTEN())
    init.add_argument("--public-url", metavar="URL", default="", help=texts.HELP_PUBLIC_URL())
    init.add_argument("--certificate", metavar="FILE", type=Path, help=texts.HELP_CERTIFICATE())
    init.add_argument("--key", metavar="FILE", type=Path, help=texts.HELP_KEY())
    init.add_argument("--ca", metavar="FILE", type=Path, help=texts.HELP_CA())
    init.add_argument("--sync-always", action="store_true", help=texts.HELP_SYNC_ALWAYS())

    existing = argparse.ArgumentParser(add_help=False)
    existing.add_argument("--folder", metavar="DIR", type=Path, default=DEFAULT_FOLDER, help=texts.HELP_FOLDER())
    serve = commands.add_parser("serve", parents=[existing], help=texts.HELP_SERVE())
    serve.add_argument("--listen", metavar="HOST:PORT", default="", help=texts.HELP_LISTEN())
    serve.add_argument("--log-level", choices=LEVELS, type=str.lower, default="info", help=texts.HELP_LOG_LEVEL())
    for name, sentence in (("invite", texts.HELP_INVITE), ("revoke", texts.HELP_REVOKE)):
        each = commands.add_parser(name, parents=[existing], help=sentence())
        each.add_argument("name", metavar="NAME", help=texts.HELP_NAME())
    commands.add_parser("status", parents=[existing], help=texts.HELP_STATUS())
    return parser
