"""A server that publishes signed manifests of releases, and may be broken or in the wrong hands."""

from __future__ import annotations

import importlib.util
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

from nacl.signing import SigningKey

SCRIPT = Path(__file__).parents[2] / "resources/updates/sign.py"


def load_script() -> ModuleType:
    """The script by which releases are signed."""
    spec = importlib.util.spec_from_file_location("sign_release", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class ReleaseServer:
    """body, status, headers: of the next answers. is_slow: the answer begins and never ends. asked: requests so far."""

    def __init__(self) -> None:
        self.key = SigningKey.generate()
        self.other_key = SigningKey.generate()
        self.script = load_script()
        self.body = b""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.is_slow = False
        self.ended = threading.Event()
        self.asked: list[tuple[str, str]] = []
        self.port = 0

    @property
    def public_key(self) -> bytes:
        return bytes(self.key.verify_key)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/release.json"

    def publish(
        self, version: str, valid_until: datetime, file: Path | None = None, key: SigningKey | None = None
    ) -> bytes:
        """Answer with a manifest that is signed as a release is. file: the Debian package."""
        files = {"deb": file} if file is not None else {}
        text = self.script.manifest(version, "https://reachline.example/get", "https://x.example/", files, valid_until)
        secret = b64encode(bytes(key or self.key)).decode()
        self.body = self.script.signed(text, secret).encode()
        return self.body


@contextmanager
def release_server() -> Iterator[ReleaseServer]:
    server = ReleaseServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers["User-Agent"]))
            self.send_response(server.status)
            length = len(server.body) + (1 if server.is_slow else 0)
            for name, value in {"Content-Length": str(length), **server.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(server.body)
                if server.is_slow:
                    self.wfile.flush()
                    server.ended.wait(10)
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        listening.shutdown()
        listening.server_close()
        thread.join(timeout=10)
