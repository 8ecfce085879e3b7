"""Makes dist/reachline from scratch: a fresh environment, licences and bill of materials of what is in it, the build.

    python resources/installer/folder.py [--keep]

Runs on Linux, Windows and macOS with the Python that the program shall be built with. Everything it makes is in build/
and dist/; with `--keep`, the environment and the licences of the build before are used again. It ends by starting what
it built.
"""
# ruff: noqa: T201

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD, FOLDER = ROOT / "build", ROOT / "dist/reachline"
LICENCES = ROOT / "resources/installer/licences"
BINARIES, PYTHON = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def environment(name: str, *requirements: str) -> Path:
    """A new one in build/; answers where its programs are."""
    folder = BUILD / name
    venv.create(folder, with_pip=True, clear=True)
    run(folder / BINARIES / PYTHON, "-m", "pip", "install", "--quiet", *requirements)
    return folder / BINARIES


def describe(program: Path, tools: Path) -> Path:
    """The folder `licenses`: who is in the environment, under which terms."""
    target = BUILD / "licenses"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(LICENCES, target)
    shutil.copy(ROOT / "LICENSE", target / "MIT.txt")
    python_licence = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if not python_licence.exists():
        python_licence = Path(sys.base_prefix) / "LICENSE.txt"
    shutil.copy(python_licence, target / "PYTHON.txt")
    # Tools of the environment itself; PyInstaller leaves them out.
    apart = ("pip", "setuptools", "reachline")
    run(
        *(tools / "pip-licenses", "--python", program / PYTHON, "--format=plain-vertical", "--with-urls"),
        *("--with-license-file", "--with-notice-file", "--no-license-path", "--output-file", target / "packages.txt"),
        *("--ignore-packages", *apart),
    )
    run(
        *(tools / "cyclonedx-py", "environment", "--pyproject", ROOT / "pyproject.toml", "--mc-type", "application"),
        *("--output-reproducible", "--of", "JSON", "-o", target / "sbom.json", program / PYTHON),
    )
    return target


def without_paths(file: Path) -> None:
    """Ends the build where this machine's folders stand in what others get."""
    if str(ROOT) in file.read_text(encoding="utf-8"):
        sys.exit(f"{file.name} names a folder of this machine")


def check_sound(program: Path) -> None:
    """Ends the build where what was built cannot play or record a voice note: a library may be missing or broken."""
    command = [program, "doctor", "--language", "en", "--profile", BUILD / "profile"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout
    if "Voice notes: played in Reachline" not in said or "Voice notes: can be recorded" not in said:
        sys.exit(f"the built program plays or records no voice notes:\n{said}")


def check_spelling(program: Path) -> None:
    """Ends the build where what was built cannot check the spelling of a word in one of its dictionaries."""
    for file in sorted((ROOT / "resources/dictionaries").glob("*.dic")):
        question = {"id": 1, "dictionary": str(file.with_suffix("")), "words": ["zzxqj"]}
        answer = subprocess.run(
            [program, "spelling"], input=json.dumps(question), capture_output=True, text=True, timeout=120, check=False
        ).stdout
        # Of another script than the dictionary's, it may be taken for right.
        if '"id": 1' not in answer:
            sys.exit(f"the built program checks no spelling: {file.name}")


def prepare() -> None:
    """The environment of the program, with what freezes it, and the folder `licenses`."""
    # Old modules in there would be installed again.
    shutil.rmtree(BUILD, ignore_errors=True)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    freezer = [line for line in wanted["build"] if line.startswith("pyinstaller")]
    tools = environment("tools", *(line for line in wanted["build"] if line not in freezer))
    program = environment("program", f"{ROOT}[media]")
    # Brought by a part of soundfile that is neither used nor built in.
    run(program / PYTHON, "-m", "pip", "uninstall", "--quiet", "--yes", "numpy")
    run(sys.executable, ROOT / "resources/dictionaries/fetch.py")
    without_paths(describe(program, tools) / "sbom.json")
    run(program / PYTHON, "-m", "pip", "install", "--quiet", *freezer)


def main() -> None:
    program, licences = BUILD / "program" / BINARIES, BUILD / "licenses"
    if sys.argv[1:] != ["--keep"]:
        prepare()
    run(program / PYTHON, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", ROOT / "build.spec")
    folders = [FOLDER]
    if sys.platform == "darwin":
        folders.append(ROOT / "dist/Reachline.app/Contents/Resources")
    for folder in folders:
        shutil.copytree(licences, folder / "licenses", dirs_exist_ok=True)
    size = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file() and not file.is_symlink())
    print(f"{FOLDER.relative_to(ROOT)}: {size / 1e6:.0f} MB")
    # Windows: the one with a console, since the other prints nothing.
    started, built = time.perf_counter(), FOLDER / ("reachline-console.exe" if os.name == "nt" else "reachline")
    run(built, "--version")
    print(f"--version: {time.perf_counter() - started:.2f} s")
    check_sound(built)
    check_spelling(built)


if __name__ == "__main__":
    main()
