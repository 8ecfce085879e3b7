"""Brings the dictionaries of Hunspell that go into the built program, each with its licence, into this folder.

    python resources/dictionaries/fetch.py

The repository has English alone; the others make 12 MB. They are npm packages, which `npm pack` downloads, and Debian's
package `hunspell-ar`, which has to be installed; whatever is missing is said and left out. German is not among them:
its dictionary is under the GPL alone.
"""
# ruff: noqa: T201

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# Name and version, and the SHA-512 of what npm packs, as its lock files have it. Licences, as the packages say:
# MIT and BSD; GPL-3, LGPL-3 or MPL-1.1; MPL-2.0; LGPL-3 or MPL-2.0.
PACKAGES = {
    "en": (
        "dictionary-en@4.0.0",
        "3NHnE1uq33ZE/CIwaZ6gqxa4BnglHnxeAcTM0GJ7cmtRGcvX9InMK/IqLtYcUMFCUpUNgybH+DzkqdgAo3F1zg==",
    ),
    "es": (
        "dictionary-es@4.0.0",
        "8J3IYdaHYmkojxqhB+DneQpek6N/s3MwbVk3bPNGQSTBT5kxJtmbuiT0LSDP0Al6K9Vevo1sjspG8AGP9Yvxiw==",
    ),
    "fr": (
        "dictionary-fr@3.0.0",
        "fhDRX1cRyHPA69GJg8R4XgNYgSQvbNHj3kr5UqvEG1OS5pJqH6P3GbO7wpTCwvr5KMQ0NxGIsXps9P5NyXRVEg==",
    ),
    "pt_BR": (
        "dictionary-pt@4.0.0",
        "ryJRhAtsaunBWw9grYXmVFftfab8+BCQ5wwh7fUzWO0oYEeMuR1lW2ubu1AHdvxOL32XP+u5wW/XhbFuoFuq8Q==",
    ),
}
# GPL-2, LGPL-2.1 or MPL-1.1.
ARABIC = {
    "ar.aff": Path("/usr/share/hunspell/ar.aff"),
    "ar.dic": Path("/usr/share/hunspell/ar.dic"),
    "ar.license": Path("/usr/share/doc/hunspell-ar/copyright"),
}


def fetch(language: str, package: str, sha512: str) -> None:
    """Raises OSError or subprocess.CalledProcessError where it can't be had."""
    npm = shutil.which("npm")
    if npm is None:
        raise OSError("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [npm, "pack", "--silent", "--pack-destination", folder, package], check=True, capture_output=True
        )
        (packed,) = Path(folder).glob("*.tgz")
        found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if found != sha512:
            sys.exit(f"{package} is not what it was: sha512-{found}")
        with tarfile.open(packed) as archive:
            for inside, ending in (("index.aff", "aff"), ("index.dic", "dic"), ("license", "license")):
                file = archive.extractfile(f"package/{inside}")
                assert file is not None
                (FOLDER / f"{language}.{ending}").write_bytes(file.read())


def main() -> None:
    missing = []
    for language, (package, sha512) in PACKAGES.items():
        try:
            fetch(language, package, sha512)
        except (OSError, subprocess.CalledProcessError) as error:
            missing.append(f"{language}: {error}")
    if all(source.is_file() for source in ARABIC.values()):
        for name, source in ARABIC.items():
            shutil.copyfile(source, FOLDER / name)
    else:
        missing.append("ar: the package hunspell-ar is not installed")
    print("dictionaries:", ", ".join(sorted(path.stem for path in FOLDER.glob("*.dic"))))
    for sentence in missing:
        print("left out:", sentence, file=sys.stderr)


if __name__ == "__main__":
    main()
