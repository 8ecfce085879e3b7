"""Creates the adapters of every account, for the real hosts or for the sandbox's."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, fields, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from desktop.channels.intercom import regions
from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.octopods.api import HOST as OCTOPODS_HOST
from desktop.channels.shared.exchange import READ_TIMEOUT_S, LearningClock, Token, is_loopback
from desktop.channels.telegram.api import HOST as TELEGRAM_HOST
from desktop.channels.translation.deepl import FREE_HOST as DEEPL_FREE_HOST
from desktop.channels.translation.deepl import HOST as DEEPL_HOST
from desktop.channels.twilio.api import CONTENT_HOST as TWILIO_CONTENT_HOST
from desktop.channels.twilio.api import HOST as TWILIO_HOST
from desktop.channels.whatsapp.api import HOST as GRAPH_HOST
from desktop.channels.whatsapp.api import VERSION
from desktop.channels.whatsapp.dialog360 import HOST as DIALOG360_HOST
from desktop.domain.content.translation import TranslationService
from desktop.domain.identity.customer import phone_key
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import Reason, join_reasons, make_reason
from desktop.ports import Channel, ChannelConfig, ConversationGateway, InvalidValue, Permission
from desktop.ports.accounts import TeamInvitation
from desktop.ports.reasons import AccountReason, MachineReason, system_says
from desktop.ports.team import TeamFeed
from desktop.ports.translation import TranslationConfig, Translator

if TYPE_CHECKING:
    from desktop.channels.team.invitation import Invitation

PROBE_TIMEOUT_S = 10.0
"""Of the requests that find a token's region: the agent waits for them."""
SANDBOX_START_S = 10.0
_PAUSE_S = 0.1


class BadSandboxFile(Exception):
    """The file does not name a sandbox. reason: why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


@frozen
class Hosts:
    """Base URLs. intercom: by region."""

    intercom: Mapping[str, str] = field(default_factory=lambda: dict(regions.HOSTS))
    octopods: str = OCTOPODS_HOST
    graph: str = GRAPH_HOST
    dialog360: str = DIALOG360_HOST
    twilio: str = TWILIO_HOST
    twilio_content: str = TWILIO_CONTENT_HOST
    telegram: str = TELEGRAM_HOST
    deepl: str = DEEPL_HOST
    deepl_free: str = DEEPL_FREE_HOST

    @classmethod
    def real(cls) -> Self:
        """The providers' own hosts."""
        return cls()

    @classmethod
    def of_sandbox(cls, urls: Mapping[str, Any]) -> Self:
        """urls: what `reachline sandbox` prints. Raises KeyError and TypeError for anything else, BadSandboxFile for
        another computer's: whoever was talked into opening such a file would type real tokens into it.
        """
        hosts = cls(
            intercom={"US": str(urls["intercom"]["base_url"])},
            octopods=str(urls["octopods"]["base_url"]),
            graph=str(urls["graph"]["base_url"]),
            dialog360=str(urls["dialog360"]["base_url"]),
            twilio=str(urls["twilio"]["base_url"]),
            twilio_content=str(urls["twilio"]["content_base_url"]),
            telegram=str(urls["telegram"]["base_url"]),
            deepl=str(urls["deepl"]["base_url"]),
            deepl_free=str(urls["deepl"]["free_base_url"]),
        )
        # Every field: one that is forgotten above keeps the provider's own host, and is refused here.
        others = [getattr(hosts, host.name) for host in fields(hosts) if host.name != "intercom"]
        for address in (*hosts.intercom.values(), *others):
            if not _is_on_this_computer(address):
                raise BadSandboxFile(make_reason(MachineReason.SANDBOX_ELSEWHERE, address=address))
        return hosts

    @staticmethod
    def of_file(file: Path | None, pause: Callable[[float], object] = time.sleep) -> Hosts:
        """The real hosts without a file. Raises BadSandboxFile.

        An empty file is read again for `SANDBOX_START_S`: a sandbox that is still starting will print into it.
        """
        return Hosts.real() if file is None else _read_sandbox_file(file, pause)[1]


class RunningSandbox(msgspec.Struct, frozen=True):
    """control: `base_url` and `token` of its control API. first_customer: id of the first one of its story; "" without
    a story.
    """

    control: Mapping[str, str]
    first_customer: str

    @classmethod
    def of_file(cls, file: Path) -> Self:
        """Raises BadSandboxFile."""
        urls, _ = _read_sandbox_file(file, time.sleep)
        try:
            control = {name: str(urls["control"][name]) for name in ("base_url", "token")}
            customers = [str(customer_id) for customer_id in dict(urls.get("cast", {})).values()]
        except (KeyError, TypeError, ValueError):
            raise BadSandboxFile(make_reason(MachineReason.SANDBOX_FILE_WRONG, file=file)) from None
        if not _is_on_this_computer(control["base_url"]):
            raise BadSandboxFile(make_reason(MachineReason.SANDBOX_ELSEWHERE, address=control["base_url"]))
        return cls(control, customers[0] if customers else "")


def _read_sandbox_file(file: Path, pause: Callable[[float], object]) -> tuple[Mapping[str, Any], Hosts]:
    try:
        line = file.read_bytes()
        for _ in range(round(SANDBOX_START_S / _PAUSE_S)):
            if line:
                break
            pause(_PAUSE_S)
            line = file.read_bytes()
        urls = json.loads(line)
        return urls, Hosts.of_sandbox(urls)
    except OSError as error:
        unreadable = make_reason(MachineReason.SANDBOX_FILE_UNREADABLE, file=file)
        raise BadSandboxFile(join_reasons(unreadable, system_says(error))) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadSandboxFile(make_reason(MachineReason.SANDBOX_FILE_WRONG, file=file)) from None


class LiveConnector:
    """Implements `ports.Connector`. clock: learns the server's time from every answer of every adapter."""

    def __init__(self, hosts: Hosts, clock: LearningClock, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self._hosts = hosts
        self._clock = clock
        self._read_timeout_s = read_timeout_s

    async def gateway(self, token: str, region: str = "") -> ConversationGateway:
        """A region that is known is not asked for again, so that an opened workspace may start without a network."""
        secret = Token(token)
        base_url = self._hosts.intercom.get(region)
        if base_url is None:
            patience_s = min(self._read_timeout_s, PROBE_TIMEOUT_S)
            base_url = await regions.find_base_url(secret, self._clock, self._hosts.intercom, patience_s)
        return IntercomGateway(base_url, secret, self._clock, read_timeout_s=self._read_timeout_s)

    async def permissions(self, gateway: ConversationGateway) -> Sequence[Permission]:
        """What the token may do; empty for a gateway that is not Intercom's."""
        return await gateway.permissions() if isinstance(gateway, IntercomGateway) else []

    def channel(self, config: ChannelConfig, secret: str) -> Channel:
        """Raises InvalidValue for a field of `config` that cannot be right. Imports what it needs: few people have all
        kinds of accounts.
        """
        hosts, clock, patience_s = self._hosts, self._clock, self._read_timeout_s
        token = Token(secret)
        match config.provider:
            case Provider.OCTOPODS:
                from desktop.channels.octopods.channel import OctopodsChannel

                return OctopodsChannel(
                    token,
                    clock,
                    config.channel,
                    _number(config.sender),
                    base_url=hosts.octopods,
                    read_timeout_s=patience_s,
                )
            case Provider.WHATSAPP:
                from desktop.channels.whatsapp.channel import WhatsAppCloudChannel

                return WhatsAppCloudChannel(
                    token,
                    clock,
                    _digits(config.sender, "sender", AccountReason.PHONE_NUMBER_ID_FORM),
                    _digits(config.ids.get("account_id", ""), "account_id", AccountReason.BUSINESS_ACCOUNT_ID_FORM),
                    base_url=hosts.graph,
                    version=_version(config.ids.get("version", "")),
                    read_timeout_s=patience_s,
                )
            case Provider.DIALOG360:
                from desktop.channels.whatsapp.channel import Dialog360Channel

                return Dialog360Channel(
                    token, clock, _number(config.sender), base_url=hosts.dialog360, read_timeout_s=patience_s
                )
            case Provider.TWILIO:
                from desktop.channels.twilio.channel import TwilioChannel

                user = config.ids.get("user", "").strip()
                return TwilioChannel(
                    token,
                    clock,
                    config.channel,
                    _sid(config.ids.get("account_sid", ""), "AC", "account_sid", AccountReason.ACCOUNT_SID_FORM),
                    _twilio_sender(config),
                    user=_sid(user, "SK", "user", AccountReason.API_KEY_SID_FORM) if user else "",
                    base_url=hosts.twilio,
                    content_base_url=hosts.twilio_content,
                    read_timeout_s=patience_s,
                )
            case Provider.TELEGRAM:
                from desktop.channels.telegram.channel import TelegramChannel

                return TelegramChannel(token, clock, base_url=hosts.telegram, read_timeout_s=patience_s)

    def read_invitation(self, line: str) -> TeamInvitation:
        """Raises InvalidValue."""
        invitation = _invitation(line)
        return TeamInvitation(invitation.workspace_id, invitation.desk)

    async def team(self, line: str) -> TeamFeed:
        """Raises InvalidValue. Imports the broker's client, which nobody without a team needs, on a thread: it takes
        as long as all that a start imports.
        """
        await asyncio.to_thread(import_module, "desktop.channels.team.feed")
        from desktop.channels.team.feed import NatsTeamFeed

        return NatsTeamFeed(_invitation(line))

    def translator(self, config: TranslationConfig, key: str) -> Translator:
        """Raises InvalidValue. Imports what it needs. Their time does not correct the clock."""
        from desktop.channels.translation.read_only_clock import ReadOnlyClock

        clock = ReadOnlyClock(self._clock)
        if config.service is TranslationService.DEEPL:
            from desktop.channels.translation.deepl import DeepLTranslator

            hosts = (self._hosts.deepl, self._hosts.deepl_free)
            return DeepLTranslator(Token(key), clock, hosts=hosts, read_timeout_s=self._read_timeout_s)
        from desktop.channels.translation.libretranslate import LibreTranslateTranslator

        token = Token(key) if key else None
        return LibreTranslateTranslator(config.address, token, clock, read_timeout_s=self._read_timeout_s)


async def sandbox_channels(connector: LiveConnector, urls: Mapping[str, Any]) -> tuple[tuple[ChannelConfig, str], ...]:
    """Account and secret of the sandbox's own senders, as the wizard would find them: Meta, Octopods, Twilio SMS and
    Telegram. The sandbox's bridge uses every one of them. Raises ProviderError.
    """
    graph, octopods, twilio, telegram = (urls[name] for name in ("graph", "octopods", "twilio", "telegram"))
    at_meta = await _checked(
        connector,
        ChannelConfig(
            Provider.WHATSAPP,
            ChannelKind.WHATSAPP,
            graph["phone_number_id"],
            ids={"account_id": graph["waba_id"], "version": graph["version"]},
        ),
        graph["token"],
    )
    return (
        at_meta,
        await _checked(
            connector,
            # The bridge's number is the one at Meta.
            ChannelConfig(Provider.OCTOPODS, ChannelKind.WHATSAPP, at_meta[0].address),
            octopods["waba_key"],
        ),
        await _checked(
            connector,
            ChannelConfig(
                Provider.TWILIO,
                ChannelKind.SMS,
                twilio["senders"]["sms"],
                ids={"account_sid": twilio["account_sid"], "user": twilio["key_sid"]},
            ),
            twilio["key_secret"],
        ),
        await _checked(connector, ChannelConfig(Provider.TELEGRAM, ChannelKind.TELEGRAM, ""), telegram["token"]),
    )


async def _checked(connector: LiveConnector, config: ChannelConfig, secret: str) -> tuple[ChannelConfig, str]:
    channel = connector.channel(config, secret)
    try:
        found = await channel.check()
    finally:
        await channel.aclose()
    named = replace(config, sender=channel.key.sender, name=found.name, address=found.address)
    return replace(named, carries_bridge=True), secret


def _is_on_this_computer(address: str) -> bool:
    """Parsed as the client that would connect there parses it."""
    import httpx

    try:
        return is_loopback(httpx.URL(address).host)
    except httpx.InvalidURL:
        return False


# --- what a person typed -----------------------------------------------------------------------------------------


def _invitation(line: str) -> Invitation:
    import ssl

    from desktop.channels.team import invitation, nkeys

    try:
        found = invitation.read(line)
        nkeys.NKey(found.seed)
        if found.ca:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=found.ca)
        return found
    except (invitation.NotAnInvitation, nkeys.NotAnNKey, ssl.SSLError, TypeError):
        # `TypeError`: of a certificate that is not ASCII.
        is_cut = invitation.PREFIX in "".join(line.split())
        form = AccountReason.INVITATION_CUT if is_cut else AccountReason.INVITATION_FORM
        raise InvalidValue(make_reason(form), "invitation") from None


def _number(typed: str) -> str:
    key = phone_key(typed)
    if not key:
        raise InvalidValue(make_reason(AccountReason.NUMBER_FORM), "sender")
    return f"+{key}"


def _digits(typed: str, field: str, form: AccountReason) -> str:
    typed = typed.strip()
    if typed.isascii() and typed.isdecimal():
        return typed
    raise InvalidValue(make_reason(form), field)


def _version(typed: str) -> str:
    typed = typed.strip() or VERSION
    if re.fullmatch(r"v\d{1,3}\.\d{1,2}", typed):
        return typed
    raise InvalidValue(make_reason(AccountReason.GRAPH_VERSION_FORM, example=VERSION), "version")


def _sid(typed: str, prefix: str, field: str, form: AccountReason) -> str:
    typed = typed.strip()
    if re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", typed):
        return typed
    raise InvalidValue(make_reason(form), field)


def _twilio_sender(config: ChannelConfig) -> str:
    """An SMS may also come from a short code or a name."""
    typed = config.sender.strip()
    if typed.startswith("MG"):
        return _sid(typed, "MG", "sender", AccountReason.SERVICE_SID_FORM)
    if config.channel is ChannelKind.SMS and re.fullmatch(r"\d{3,8}|[A-Za-z0-9 ]{1,11}", typed):
        return typed
    return _number(typed)
