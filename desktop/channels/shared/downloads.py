"""Fetches files of messages from a provider's own hosts, without credentials and without following a redirect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from desktop.channels.shared.exchange import READ_TIMEOUT_S, HttpResponse, ResponseTooLarge, is_loopback
from desktop.domain.model.reason import Reason, make_reason
from desktop.ports import DownloadedFile, ProviderError, ProviderErrorKind
from desktop.ports.reasons import MediaReason

if TYPE_CHECKING:
    import httpx


class Downloads:
    """hosts: of the provider's files, matched as a whole. base_url: of the provider's API; where that is on this
    computer, its own host and port are allowed too.
    """

    def __init__(
        self, provider: str, base_url: str, hosts: re.Pattern[str], read_timeout_s: float = READ_TIMEOUT_S
    ) -> None:
        self._provider = provider
        self._base_url = base_url
        self._hosts = hosts
        self._read_timeout_s = read_timeout_s
        self._client: httpx.AsyncClient | None = None

    async def fetch(self, url: str, max_bytes: int) -> DownloadedFile:
        """See `ConversationGateway.attachment`."""
        if not self._is_allowed(url):
            raise _error(ProviderErrorKind.FORBIDDEN, make_reason(MediaReason.OTHER_HOST))
        # Imported with the first request: see `exchange`.
        from desktop.channels.shared import http

        if self._client is None:
            self._client = http.make_download_client(self._base_url, self._read_timeout_s)
        try:
            answer = await http.download(self._client, url, max_bytes)
        except ResponseTooLarge:
            reason = make_reason(MediaReason.TOO_LARGE, megabytes=max_bytes // 1_000_000)
            raise _error(ProviderErrorKind.TOO_LARGE, reason) from None
        except http.NO_RESPONSE_ERRORS as error:
            raise http.no_response_error(self._provider, error) from None
        return self._file_of(answer)

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _is_allowed(self, url: str) -> bool:
        try:
            asked, own = urlsplit(url), urlsplit(self._base_url)
            if is_loopback(own.hostname or ""):
                return (asked.scheme, asked.hostname, asked.port) == (own.scheme, own.hostname, own.port)
        except ValueError:
            return False
        is_plain = asked.scheme == "https" and asked.username is None and asked.port in (None, 443)
        return is_plain and self._hosts.fullmatch(asked.hostname or "") is not None

    def _file_of(self, answer: HttpResponse) -> DownloadedFile:
        status = answer.status
        if answer.is_success and answer.body:
            return DownloadedFile(answer.body, answer.headers.get("Content-Type", ""))
        if 300 <= status < 400:
            raise _error(ProviderErrorKind.FORBIDDEN, make_reason(MediaReason.REDIRECTED))
        if status in (401, 403, 404, 410):
            # A signed address that has expired is answered like a file that is gone.
            raise _error(ProviderErrorKind.GONE, make_reason(MediaReason.EXPIRED))
        if status == 429 or status >= 500:
            kind = ProviderErrorKind.BUSY
            raise _error(kind, make_reason(str(kind), provider=self._provider))
        raise _error(ProviderErrorKind.BAD_ANSWER, make_reason(MediaReason.NOT_THE_FILE))


def _error(kind: ProviderErrorKind, reason: Reason) -> ProviderError:
    return ProviderError(kind, reason)
