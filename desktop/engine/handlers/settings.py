"""Carries out changes of the workspace's settings, of views and of saved replies."""

from __future__ import annotations

import re

from desktop.domain.identity.phone import regions
from desktop.domain.learning.relay import RelayEvidence
from desktop.domain.model.command_reason import CommandReason
from desktop.engine.changes import Changes, Feed
from desktop.engine.commands import (
    Answer,
    ChooseTeammate,
    DeleteFiles,
    DeleteSnippets,
    DeleteView,
    Done,
    Failed,
    MarkTextsSet,
    SaveSnippets,
    SaveView,
    SetBridgeChannels,
    SetBridgeCodes,
    SetBridgeTaggers,
    SetCustomerTexts,
    SetFilesLimits,
    SetNoticePatterns,
    SetOtherCodes,
    SetPhoneRegion,
    SetRelay,
    SetRetentionDays,
    SettingsCommand,
    failed,
)
from desktop.engine.customer import identity
from desktop.engine.sync import learning
from desktop.engine.sync.learning import OutdatedDecisions
from desktop.engine.sync.media import Media
from desktop.ports import Clock
from desktop.store import settings
from desktop.store.core.database import Store
from desktop.store.outgoing import snippets

MIN_FILES_MB = 50
"""Two of the largest files that are fetched."""


class SettingsHandler:
    """Saves what is valid, and decides again what depends on it. Loop's thread."""

    def __init__(self, store: Store, clock: Clock, feed: Feed, decisions: OutdatedDecisions, media: Media) -> None:
        self._store = store
        self._clock = clock
        self._feed = feed
        self._decisions = decisions
        self._media = media

    async def carry_out(self, command: SettingsCommand) -> Answer:
        refusal = _find_fault(command)
        if refusal is not None:
            return refusal
        write, now = self._store.write, self._clock.now()
        match command:
            case SetRelay(channel, relay, proof, about):
                await write(settings.save_relay, RelayEvidence(channel, relay, proof, now, about))
                return await self._decide_again()
            case SetBridgeCodes(codes):
                return await self._save_and_decide("bridge_codes_chosen", codes)
            case SetOtherCodes(codes):
                return await self._save_and_decide("other_codes", codes)
            case SetBridgeChannels(channels):
                return await self._save_and_decide("bridge_channels", channels)
            case SetBridgeTaggers(ids):
                return await self._save_and_decide("bridge_taggers", ids)
            case SetNoticePatterns(patterns):
                return await self._save_and_decide("notice_patterns", patterns)
            case SetPhoneRegion(region):
                return self._publish(await write(identity.save_phone_region, region, now))
            case ChooseTeammate(teammate_id):
                return self._saved(await write(settings.save, "me", teammate_id))
            case SetRetentionDays(days):
                return self._saved(await write(settings.save, "kept_days", days))
            case SetCustomerTexts(texts):
                return self._saved(await write(settings.save, "customer_texts", texts))
            case MarkTextsSet(is_set):
                return self._saved(await write(settings.save_texts_set_at, now if is_set else None))
            case SaveView(view):
                return self._saved(await write(settings.save_view, view))
            case DeleteView(view_id):
                return self._saved(await write(settings.delete_view, view_id))
            case SaveSnippets(changed):
                return self._saved(await write(snippets.save, changed))
            case DeleteSnippets(ids):
                await write(snippets.delete, ids)
                return self._saved()
            case SetFilesLimits(megabytes, days):
                await write(settings.save_files_limits, megabytes, days)
                await self._media.sweep()
                return self._saved()
            case DeleteFiles():
                await self._media.delete_all()
                return self._saved()

    async def _save_and_decide(self, name: settings.Name, value: object) -> Answer:
        """Save a setting that decisions depend on."""
        await self._store.write(settings.save, name, value)
        return await self._decide_again()

    async def _decide_again(self) -> Answer:
        self._feed.publish(Changes(settings=True))
        await self._store.write(learning.learn_workspace, self._clock.now())
        await self._decisions.refresh()
        return Done()

    def _saved(self, is_news: bool = True) -> Answer:
        return self._publish(Changes(settings=is_news))

    def _publish(self, changes: Changes) -> Answer:
        self._feed.publish(changes)
        return Done()


def _find_fault(command: SettingsCommand) -> Failed | None:
    """Why these values cannot be saved."""
    match command:
        case SetNoticePatterns(patterns):
            for pattern in patterns:
                try:
                    re.compile(pattern)
                except re.error as fault:
                    return failed(CommandReason.NO_PATTERN, pattern=pattern, detail=fault)
        case SetPhoneRegion(region) if region and region not in regions():
            return failed(CommandReason.NO_COUNTRY, region=region)
        case SetRetentionDays(days) if days < 1:
            return failed(CommandReason.TOO_FEW_DAYS)
        case SaveView(view) if not view.name.strip():
            return failed(CommandReason.NO_VIEW_NAME)
        case SaveSnippets(changed) if not all(s.name.strip() and s.text.strip() for s in changed):
            return failed(CommandReason.SNIPPET_INCOMPLETE)
        case SetFilesLimits(megabytes, days) if megabytes < MIN_FILES_MB or days < 0:
            return failed(CommandReason.TOO_LITTLE_ROOM, megabytes=MIN_FILES_MB)
    return None
