"""Looks for new versions of the program, at most once a day, and publishes what is known. Downloads nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.engine.changes import Listeners
from desktop.ports import Clock, ProviderError, ProviderErrorKind
from desktop.ports.reasons import UpdateReason
from desktop.ports.updates import Download, Release, ReleaseSource, UpdateMemory, UpdateStore

log = logging.getLogger(__name__)

CHECK_EVERY = timedelta(days=1)
FIRST_AFTER_S, LOOK_EVERY_S = 60.0, 3600.0
"""When it is looked for the first time whether a check is due, and how often after that."""


class UpdateView(msgspec.Struct, frozen=True):
    """What is known of new versions.

    installed: this version. host: who is asked; "" where this copy can ask nobody. checks: whether that is done by
    itself. is_checking: the answer is awaited. is_known: what was read of the newest version has not expired.
    available: a newer version, also a skipped one; "" for none. is_skipped: the agent does not want to be told of it.
    page: where to download it. download: its file for this kind of installation, where that is known. asked_at: when a
    server was asked last. reason: why the last answer in this run could not be used.
    """

    installed: str
    host: str = ""
    checks: bool = False
    is_checking: bool = False
    is_known: bool = False
    available: str = ""
    is_skipped: bool = False
    page: str = ""
    download: Download | None = None
    asked_at: datetime | None = None
    reason: Reason = NO_REASON


class Updates(Listeners[UpdateView]):
    """Publishes what changed as an `UpdateView`. Loop's thread."""

    def __init__(
        self,
        source: ReleaseSource | None,
        store: UpdateStore,
        clock: Clock,
        installed: str,
        kind: str,
        *,
        checks_by_default: bool,
    ) -> None:
        """source: None for a copy that can ask nobody. installed: this version. kind: of installation, whose file is
        looked for among a release's downloads. checks_by_default: where the agent has not chosen.
        """
        super().__init__()
        self._source, self._store, self._clock = source, store, clock
        self._installed, self._kind, self._checks_by_default = installed, kind, checks_by_default
        self._memory = store.load()
        self._release: Release | None = None
        self._reason = NO_REASON
        self._is_checking = False

    @property
    def view(self) -> UpdateView:
        memory, source, release = self._memory, self._source, self._release
        is_valid = memory.valid_until is not None and memory.valid_until > self._clock.now()
        is_newer = is_valid and _numbers(memory.version) > _numbers(self._installed)
        has_details = is_newer and release is not None and release.version == memory.version
        return UpdateView(
            installed=self._installed,
            host=source.host if source is not None else "",
            checks=source is not None and self._checks,
            is_checking=self._is_checking,
            is_known=is_valid,
            available=memory.version if is_newer else "",
            is_skipped=is_newer and memory.skipped == memory.version,
            page=memory.page if is_newer else "",
            download=release.downloads.get(self._kind) if has_details and release is not None else None,
            asked_at=memory.asked_at,
            reason=self._reason,
        )

    def set_checks(self, checks: bool) -> None:
        """Choose whether to look for new versions without being asked to."""
        self._remember(replace(self._memory, checks=checks))

    def skip(self) -> None:
        """Don't notify of the version that is available now any more."""
        self._remember(replace(self._memory, skipped=self._memory.version))

    def take_is_updated(self) -> bool:
        """Whether a newer version runs than the last time; True only once. The first time, nothing is new."""
        before = self._memory.ran
        if before != self._installed:
            self._remember(replace(self._memory, ran=self._installed))
        return bool(before) and _numbers(self._installed) > _numbers(before)

    async def run(self) -> None:
        """Check whenever it is due, until cancelled."""
        pause_s = FIRST_AFTER_S
        while True:
            await self._clock.sleep(pause_s)
            pause_s = LOOK_EVERY_S
            if self._checks and self._is_due:
                await self.check()

    async def check(self) -> None:
        """Ask the source now. An answer that is refused changes nothing but `reason`."""
        if self._source is None or self._is_checking:
            return
        self._is_checking = True
        self.publish(self.view)
        asked_at: datetime | None = self._clock.now()
        try:
            release = await self._source.newest()
            self._reason = self._refusal(release)
            if not self._reason:
                self._release = release
        except ProviderError as error:
            self._reason = error.reason
            if error.kind is ProviderErrorKind.OFFLINE:
                # Nobody was asked: it is tried again once there may be a network.
                asked_at = self._memory.asked_at
        finally:
            self._is_checking = False
        if self._reason:
            log.info("no news of versions: %s", self._reason.code)
        memory, found = replace(self._memory, asked_at=asked_at), self._release
        if not self._reason and found is not None:
            memory = replace(memory, version=found.version, valid_until=found.valid_until, page=found.page)
        self._remember(memory)

    @property
    def _checks(self) -> bool:
        chosen = self._memory.checks
        return self._checks_by_default if chosen is None else chosen

    @property
    def _is_due(self) -> bool:
        asked_at, now = self._memory.asked_at, self._clock.now()
        # A time that lies ahead was written down by a wrong clock.
        return asked_at is None or asked_at > now or now - asked_at >= CHECK_EVERY

    def _refusal(self, release: Release) -> Reason:
        """Why a release that is signed must not be believed: somebody may serve an old manifest again."""
        memory, now = self._memory, self._clock.now()
        if release.valid_until <= now:
            return make_reason(UpdateReason.EXPIRED)
        seen_until = memory.valid_until or release.valid_until
        if (_numbers(release.version), release.valid_until) < (_numbers(memory.version), seen_until):
            return make_reason(UpdateReason.OLDER)
        return NO_REASON

    def _remember(self, memory: UpdateMemory) -> None:
        self._memory = memory
        self._store.save(memory)
        self.publish(self.view)


def _numbers(version: str) -> tuple[int, ...]:
    """Sort key: compares parts as numbers, so that 0.10 is newer than 0.9. "" and parts without a number sort first."""
    parts = version.split(".")
    numbers = [int(part) if part.isdecimal() else -1 for part in parts] if version else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
