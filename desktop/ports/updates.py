"""The ports for new versions of the program: what their makers publish, and what is remembered of it here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from desktop.domain.model.frozen import frozen


@frozen
class Download:
    """A file of a release. sha256: in hexadecimal digits."""

    url: str
    sha256: str
    size_bytes: int


@frozen
class Release:
    """A version, as its makers have signed it.

    version: numbers with dots. valid_until: whatever is read later says nothing about what is newest. page: where
    people download it. downloads: by kind of installation, as in `desktop.ui.help.installation`.
    """

    version: str
    valid_until: datetime
    page: str
    downloads: Mapping[str, Download]


class ReleaseSource(Protocol):
    """Where the newest release is published."""

    @property
    def host(self) -> str:
        """Who is asked."""
        ...

    async def newest(self) -> Release:
        """Raises ProviderError; its reason is an `UpdateReason` where the answer is not the makers'."""
        ...


@frozen
class UpdateMemory:
    """What is remembered from one start to the next.

    checks: whether to look for new versions; None while nobody has chosen. asked_at: when a server was asked last.
    version, valid_until, page: of the newest release seen; "" before the first. skipped: the version that the agent
    does not want to be told of. ran: the version that ran last.
    """

    checks: bool | None = None
    asked_at: datetime | None = None
    version: str = ""
    valid_until: datetime | None = None
    page: str = ""
    skipped: str = ""
    ran: str = ""


class UpdateStore(Protocol):
    """Stores it for one profile. No call raises."""

    def load(self) -> UpdateMemory: ...

    def save(self, memory: UpdateMemory) -> None: ...
