"""Home: where one user's profile lies and what it is opened with, as the command line says."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from desktop.app.connect import Hosts, LiveConnector
from desktop.system.clock import ServerClock
from desktop.system.paths import Paths, user_paths
from desktop.system.profile import JsonProfileBook
from desktop.system.secrets import KeyringSecrets


@dataclass(frozen=True, slots=True)
class ProfileContext:
    """One clock for all: every adapter teaches it. is_sandbox: nothing of it is real, and the window says so."""

    paths: Paths
    clock: ServerClock
    connector: LiveConnector
    book: JsonProfileBook
    secrets: KeyringSecrets
    is_sandbox: bool

    @classmethod
    def of(cls, options: argparse.Namespace) -> ProfileContext:
        """options: of a parser that went through `add_arguments`. Makes no folder. Raises BadSandboxFile.

        The sandbox and a profile of one's own keep their tokens apart in the keyring: the same workspace may be in the
        real profile, and a real token must never be sent to a sandbox.
        """
        hosts = Hosts.of_file(options.sandbox_urls)
        program = "Reachline" if options.sandbox_urls is None else "Reachline sandbox"
        service, paths = program, user_paths(program)
        if options.profile is not None:
            folder = options.profile.expanduser().absolute()
            service = f"{program} ({folder})"
            paths = Paths(folder, folder / "cache", folder / "logs")
        clock = ServerClock()
        return cls(
            paths,
            clock,
            LiveConnector(hosts, clock),
            JsonProfileBook(paths.profile),
            KeyringSecrets(service),
            options.sandbox_urls is not None,
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile", metavar="DIR", type=Path, help="keep accounts, messages and settings in DIR, apart from your own"
    )
    parser.add_argument(
        "--sandbox-urls",
        metavar="FILE",
        type=Path,
        help="talk to the sandbox whose printed line is in FILE, with a profile apart from your own",
    )
