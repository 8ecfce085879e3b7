"""Servers of faulty networks: one with an untrusted certificate, one proxy that requires a sign-in."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Made for these tests; untrusted on purpose.
UNTRUSTED_CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSXN2k28tM2QYugbj
K+h2KuG4ce8ui1E/JmZRSsnBMxuhRANCAAQj0jqaDJL3fD2gQj65Spf0In0S1gzx
DV3xowZSPHawrB+qh18QtBqRJG18sJ2s+6BQJLME69T6f+NovAOUSNyS
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUNo7C7fMPjX3q0WljtoBN3STRYrYwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMjE0MTcyNloYDzIxMjYxMDI5
MTQxNzI2WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQj0jqaDJL3fD2gQj65Spf0In0S1gzxDV3xowZSPHawrB+qh18QtBqR
JG18sJ2s+6BQJLME69T6f+NovAOUSNySo2QwYjAdBgNVHQ4EFgQUGcLPlZlrQket
pC4j8lSMzMSk8A0wHwYDVR0jBBgwFoAUGcLPlZlrQketpC4j8lSMzMSk8A0wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IQC4Pzqm7593+03UcRff5wTrbe+yTtxHvN7zgAkBjXrqogIgYAbqAqHPb1wNMoCI
wQ2KID8LqA5gHxB8GXzoUny2hvY=
-----END CERTIFICATE-----
"""


@contextmanager
def _listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a loopback port; a thread passes connections to `answer`, one after the other."""
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(5)
                answer(connection)

    thread = threading.Thread(target=serve, name="bad network", daemon=True)
    thread.start()
    try:
        yield port
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


@contextmanager
def foreign_certificate(folder: Path) -> Iterator[str]:
    """The https address of a server with an untrusted certificate. folder: for its files."""
    file = folder / "nobody.pem"
    file.write_text(UNTRUSTED_CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    with _listening(answer) as port:
        yield f"https://127.0.0.1:{port}"


@contextmanager
def proxy_with_sign_in() -> Iterator[str]:
    """The address of a proxy that answers 407 to all requests."""

    def answer(connection: socket.socket) -> None:
        while b"\r\n\r\n" not in connection.recv(65536):
            pass
        connection.sendall(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
        )

    with _listening(answer) as port:
        yield f"http://127.0.0.1:{port}"
