"""Makes the signed manifest of a release, by which installed copies learn of it.

    python resources/updates/sign.py new-key release.key
    python resources/updates/sign.py sign --version 0.2.0 --page https://… deb=dist/reachline_0.2.0_amd64.deb \\
        installer=dist/reachline-0.2.0-setup.exe … --base https://…/v0.2.0/ > release.json

`new-key` writes a secret key to a file outside the repository, and prints the public one: that belongs to
`public_keys` in source.json, beside this script, before the first release is built. `manifest` there is the address
where the signed manifest will be found; it must answer at that address itself, since copies follow no redirect.
To change the key, add the new one, release, and take the old one out a release later.

`sign` takes the secret key from REACHLINE_RELEASE_KEY (its text) or --key-file. Files are named by the kind of
installation they serve: deb, tarball, appimage, installer, bundle. Sign again before `valid until` has passed, also
without a new version: copies believe no manifest after that. A version that was once published can't be taken back:
copies refuse an older one, so publish a newer.
"""
# ruff: noqa: T201

import argparse
import hashlib
import json
import os
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nacl.signing import SigningKey

HERE = Path(__file__).resolve().parent
PREFIX = b"Reachline release 1\n"
KINDS = ("deb", "tarball", "appimage", "flatpak", "installer", "bundle")
VALID_DAYS = 90


def new_key(file: Path) -> str:
    """Write a secret key for this user alone, and return the public one."""
    key = SigningKey.generate()
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(b64encode(bytes(key)).decode() + "\n", encoding="ascii")
    return b64encode(bytes(key.verify_key)).decode()


def manifest(version: str, page: str, base: str, files: dict[str, Path], valid_until: datetime) -> str:
    """base: the address of the folder where the files are."""
    downloads = {
        kind: {
            "url": base.rstrip("/") + "/" + file.name,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "size": file.stat().st_size,
        }
        for kind, file in files.items()
    }
    content = {"version": version, "valid_until": valid_until.isoformat(), "page": page, "downloads": downloads}
    return json.dumps(content, indent=1)


def signed(text: str, secret_key: str) -> str:
    """What is published: the manifest, byte for byte, and its signature."""
    signature = SigningKey(b64decode(secret_key)).sign(PREFIX + text.encode()).signature
    return json.dumps({"signed": text, "signature": b64encode(signature).decode()})


def check(published: str) -> None:
    """End the script where copies that are built from this checkout would not believe what it made."""
    sys.path.insert(0, str(HERE.parents[1]))
    from desktop.channels.updates.manifest import read_manifest
    from desktop.ports import ProviderError

    keys = json.loads((HERE / "source.json").read_text(encoding="utf-8"))["public_keys"]
    try:
        read_manifest(published.encode(), [b64decode(key) for key in keys], "")
    except ProviderError as refusal:
        sys.exit(f"copies of the program would refuse this: {refusal.reason.code}")


def _file(argument: str) -> tuple[str, Path]:
    kind, _, path = argument.partition("=")
    if kind not in KINDS or not Path(path).is_file():
        raise argparse.ArgumentTypeError(f"{argument}: give KIND=FILE, KIND one of {', '.join(KINDS)}")
    return kind, Path(path)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Make and sign the manifest of a release.")
    commands = parser.add_subparsers(dest="command", required=True)
    key = commands.add_parser("new-key", help="make a key and print its public half")
    key.add_argument("file", type=Path)
    sign = commands.add_parser("sign", help="print the signed manifest")
    sign.add_argument("--version", required=True)
    sign.add_argument("--page", required=True, help="where people download it")
    sign.add_argument("--base", required=True, help="address of the folder with the files")
    sign.add_argument("--valid-days", type=int, default=VALID_DAYS)
    sign.add_argument("--key-file", type=Path)
    sign.add_argument("files", nargs="*", type=_file, metavar="KIND=FILE")
    options = parser.parse_args(arguments)
    if options.command == "new-key":
        print(new_key(options.file))
        return
    secret_key = options.key_file.read_text("ascii") if options.key_file else os.environ.get("REACHLINE_RELEASE_KEY")
    if not secret_key:
        sys.exit("no key: set REACHLINE_RELEASE_KEY, or give --key-file")
    valid_until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=options.valid_days)
    text = manifest(options.version, options.page, options.base, dict(options.files), valid_until)
    published = signed(text, secret_key)
    check(published)
    print(published)


if __name__ == "__main__":
    main()
