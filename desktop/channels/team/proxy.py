"""Opens a way through a company's proxy, by CONNECT (RFC 9110, 9.3.6)."""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from urllib.parse import SplitResult, unquote, urlsplit

from desktop import __version__

MAX_HEAD_BYTES = 65_536
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


class ProxySilent(ConnectionError):
    """The proxy cannot be reached, or does not answer."""


class ProxyRefused(ConnectionError):
    """The proxy lets nobody through. status: its own; 0 where it is no HTTP proxy."""

    def __init__(self, status: int = 0) -> None:
        super().__init__(f"proxy: {status}")
        self.status = status


async def open_tunnel(
    proxy: str, host: str, port: int, tls: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection to a host and port. proxy: `http://[USER:PASSWORD@]HOST:PORT`, or `https://…`.

    tls: for a proxy that is itself reached by TLS. Raises ProxySilent and ProxyRefused.
    """
    address = urlsplit(proxy)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ProxyRefused
    is_secure = address.scheme == "https"
    try:
        reader, writer = await asyncio.open_connection(
            address.hostname,
            address.port or (443 if is_secure else 80),
            ssl=tls if is_secure else None,
            limit=MAX_HEAD_BYTES,
        )
    except OSError:
        raise ProxySilent from None
    try:
        writer.write(_request(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", address))
        head = await reader.readuntil(b"\r\n\r\n")
    except (OSError, asyncio.IncompleteReadError):
        writer.close()
        raise ProxySilent from None
    except asyncio.LimitOverrunError:
        writer.close()
        raise ProxyRefused from None
    except BaseException:
        writer.close()
        raise
    found = _STATUS.match(head)
    status = int(found[1]) if found else 0
    if not 200 <= status < 300:
        writer.close()
        raise ProxyRefused(status)
    return reader, writer


def _request(target: str, proxy: SplitResult) -> bytes:
    host, agent = target.encode(), __version__.encode()
    lines = [b"CONNECT %b HTTP/1.1" % host, b"Host: %b" % host, b"User-Agent: Reachline/%b" % agent]
    if proxy.username is not None:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        lines.append(b"Proxy-Authorization: Basic %b" % base64.b64encode(pair.encode()))
    return b"\r\n".join([*lines, b"", b""])
