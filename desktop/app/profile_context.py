"""The profile that the command line names: its folders, and the clock, connector and keyring it is opened with."""

from __future__ import annotations

import argparse

import msgspec

from desktop.app.connect import Hosts, LiveConnector
from desktop.app.profile_paths import profile_paths, program_name
from desktop.system.clock import ServerClock
from desktop.system.login_item import SystemLoginItem, launch_command
from desktop.system.paths import Paths
from desktop.system.profile import JsonProfileBook
from desktop.system.secrets import KeyringSecrets


class ProfileContext(msgspec.Struct, frozen=True):
    """Everything that belongs to one profile of this user.

    clock: one for all adapters; each answer of a provider corrects it.
    login_item: starts the program with this profile.
    is_sandbox: the providers are the sandbox's; the window title says so.
    """

    paths: Paths
    clock: ServerClock
    connector: LiveConnector
    book: JsonProfileBook
    secrets: KeyringSecrets
    login_item: SystemLoginItem
    is_sandbox: bool

    @classmethod
    def of(cls, options: argparse.Namespace) -> ProfileContext:
        """options: profile and sandbox_urls, each a path or None. Creates no folder. Raises BadSandboxFile.

        The sandbox and a profile of one's own keep their tokens apart in the keyring: the same workspace may be in the
        real profile, and a real token must never be sent to a sandbox.
        """
        hosts = Hosts.of_file(options.sandbox_urls)
        service, paths = program_name(options), profile_paths(options)
        if options.profile is not None:
            service = f"{service} ({paths.profile})"
        clock = ServerClock()
        return cls(
            paths,
            clock,
            LiveConnector(hosts, clock),
            JsonProfileBook(paths.profile),
            KeyringSecrets(service),
            SystemLoginItem(launch_command(options.profile and paths.profile), options.profile and paths.profile),
            options.sandbox_urls is not None,
        )
