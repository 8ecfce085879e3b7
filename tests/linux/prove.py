"""Proves on Debian that the Linux packages work, in a Debian that has nothing but what they ask for.

    python3 tests/linux/prove.py [--folder DIR] [--only build,install,…]

Must run as root, and installs what it needs with apt-get. Takes about a quarter of an hour, so it is not part of the
ordinary tests. Its stages:

    build      the .deb and the tarball of this checkout, and of a copy whose version is one higher
    install    into a new, minimal Debian, by apt alone: what the package depends on has to suffice
    start      version, doctor, the tour of 23 steps, the window on a screen in memory; sizes and times are printed
    upgrade    the wizard connects the sandbox's workspace; the next version finds account, token and messages
    remove     nothing is left but the profile
    tarball    unpacked elsewhere, installed for one user, started, removed

The folder is kept: a second run takes its packages. The last line is `N passed, N failed`; the status is 0 if nothing
failed.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (
    *("mmdebstrap", "dbus", "gnome-keyring", "xvfb", "openbox", "xdotool", "imagemagick", "binutils"),
    *("desktop-file-utils", "appstream", "hunspell-ar"),
)
HOME = "/root"
"""Of the agent, in the minimal Debian."""
TOKEN = "sandbox-token-of-reachline"
SCREEN = ":83"
PATIENCE_S = 120.0
DATA = ".local/share/Reachline sandbox"
CACHE = ".cache/Reachline sandbox/workspace-sbx7pt3q/cache.db"
_MOUNTS = 'for d in proc dev tmp; do mount --rbind "/$d" "$ROOT/$d"; done; exec chroot "$ROOT" "$@"'


class Proof:
    """One run. root: of the minimal Debian. home: of the agent in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root, self.home = folder, folder / "root", folder / f"root{HOME}"
        self.passed = self.failed = 0
        self.version = re.findall(r'__version__ = "(.+)"', (ROOT / "desktop/__init__.py").read_text("utf-8"))[0]
        numbers = [int(part) for part in self.version.split(".")]
        self.next_version = f"{numbers[0]}.{numbers[1] + 1}.0"
        self.bus = ""

    def check(self, what: str, came_true: object, detail: str = "") -> None:
        """Count one check. detail: printed where it failed."""
        self.passed, self.failed = self.passed + bool(came_true), self.failed + (not came_true)
        print(f"    {'passed' if came_true else 'FAILED'}  {what}", flush=True)
        for line in [] if came_true else detail.strip().splitlines()[-20:]:
            print(f"            {line}", flush=True)

    def package(self, version: str) -> Path:
        [found] = (self.folder / version).glob("*.deb")
        return found

    def inside(self, *command: str) -> list[str]:
        """The command line that runs a command in the minimal Debian, with this one's screens and buses."""
        settings = {"ROOT": str(self.root), "HOME": HOME, "DISPLAY": SCREEN, "LANG": "C.UTF-8"}
        bus = {"DBUS_SESSION_BUS_ADDRESS": self.bus} if self.bus else {}
        environment = [f"{name}={value}" for name, value in (settings | bus).items()]
        path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
        return ["env", "-i", path, *environment, "unshare", "--mount", "sh", "-c", _MOUNTS, "sh", *command]

    def run_inside(self, *command: str, patience_s: float = 600.0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.inside(*command), capture_output=True, text=True, timeout=patience_s, check=False, errors="replace"
        )


def run(*command: object, cwd: Path = ROOT) -> None:
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def wait_until(is_so: Callable[[], object], patience_s: float = PATIENCE_S) -> bool:
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def window(name: str) -> str:
    """The number of a visible window with such a title; "" where there is none."""
    command = ["xdotool", "search", "--onlyvisible", "--name", name]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"DISPLAY": SCREEN}, check=False)
    return done.stdout.split("\n")[0]


def press(*keys: str) -> None:
    run("env", f"DISPLAY={SCREEN}", "xdotool", *keys)


def picture(proof: Proof, name: str) -> None:
    run("import", "-display", SCREEN, "-window", "root", proof.folder / f"{name}.png")


# --- stages -----------------------------------------------------------------------------------------------------------


def build(proof: Proof) -> None:
    source = proof.folder / "source"
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    shutil.rmtree(source, ignore_errors=True)
    for name in filter(None, names.split("\0")):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(time.time())))
    for version, options in ((proof.version, ()), (proof.next_version, ("--keep",))):
        for name in ("desktop/__init__.py", "pyproject.toml"):
            text = (source / name).read_text("utf-8")
            (source / name).write_text(re.sub(r'(?m)^((?:__)?version(?:__)? = )".+"', rf'\1"{version}"', text), "utf-8")
        started = time.monotonic()
        run(sys.executable, "resources/installer/linux/make.py", *options, cwd=source)
        target = proof.folder / version
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(source / "dist", target)
        print(f"    {version}: built in {time.monotonic() - started:.0f} s")
        proof.check(f"{version} is a package and a tarball", len([*target.glob("reachline*.*")]) == 2)


def install(proof: Proof) -> None:
    shutil.rmtree(proof.root, ignore_errors=True)
    release = subprocess.run(
        ["sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME"], capture_output=True, text=True, check=True
    ).stdout.strip()
    run("mmdebstrap", "--quiet", "--variant=apt", "--include=ca-certificates", release, proof.root)
    package = proof.package(proof.version)
    print(f"    {package.name}: {package.stat().st_size / 1e6:.0f} MB")
    shutil.copy(package, proof.root / "root")
    proof.run_inside("apt-get", "update", "-qq")
    done = proof.run_inside("apt-get", "install", "-qq", "--no-install-recommends", f"{HOME}/{package.name}")
    proof.check("apt installs it with what it depends on", done.returncode == 0, done.stdout + done.stderr)
    listed = proof.run_inside("dpkg-query", "-Wf", "${Installed-Size}", "reachline").stdout
    print(f"    installed: {int(listed) / 1000:.0f} MB")
    share = proof.root / "usr/share"
    entry, metainfo = share / "applications/reachline.desktop", share / "metainfo"
    for command in (
        ["desktop-file-validate", str(entry)],
        ["appstreamcli", "validate", "--no-net", str(metainfo / "io.github.reachline.desktop.metainfo.xml")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        proof.check(f"{command[0]} finds nothing", done.returncode == 0, done.stdout)
    program = proof.root / "usr/lib/reachline/reachline"
    proof.check("links of the scheme start the program", "x-scheme-handler/reachline" in entry.read_text("utf-8"))
    proof.check("the icon that the menu shows is there", [*share.glob("icons/hicolor/*/apps/reachline.*")])
    proof.check("its translations are there", _languages(proof) == _languages_of_checkout())
    proof.check("nobody but root may write it", not program.stat().st_mode & 0o022)


def _languages(proof: Proof) -> set[str]:
    return {
        file.parts[-3] for file in proof.root.glob("usr/lib/reachline/_internal/resources/locale/*/LC_MESSAGES/*.mo")
    }


def _languages_of_checkout() -> set[str]:
    return {file.parts[-3] for file in (ROOT / "resources/locale").glob("*/LC_MESSAGES/*.mo")}


def start(proof: Proof) -> None:
    started = time.monotonic()
    said = proof.run_inside("reachline", "--version")
    print(f"    --version: {time.monotonic() - started:.2f} s")
    proof.check(
        "it says its version", first_line(said.stdout) == f"reachline {proof.version}", said.stdout + said.stderr
    )
    said = proof.run_inside("reachline", "doctor")
    proof.check("it plays voice notes", "played in Reachline" in said.stdout, said.stdout + said.stderr)
    proof.check("it checks spelling", "Spell check: not" not in said.stdout, said.stdout)
    said = proof.run_inside("reachline", "demo", "--tour", f"{HOME}/tour")
    proof.check("the tour's forecasts are right", said.returncode == 0, said.stdout + said.stderr)
    shutil.rmtree(proof.home / "tour", ignore_errors=True)
    for attempt in ("first", "second"):
        begun = time.monotonic()
        program = subprocess.Popen(proof.inside("reachline"))
        is_shown = wait_until(lambda: window("Reachline"))
        print(f"    {attempt} start: window after {time.monotonic() - begun:.2f} s")
        proof.check("its window is shown", is_shown)
        end(program)


def upgrade(proof: Proof) -> None:
    shutil.rmtree(proof.home / ".local", ignore_errors=True)
    # The folder for temporary files is the same inside.
    log = Path(tempfile.gettempdir(), "reachline-proof.json")
    with log.open("w", encoding="utf-8") as file:
        sandbox = subprocess.Popen(proof.inside("reachline", "sandbox", "--story"), stdout=file)
    try:
        wait_until(lambda: "\n" in log.read_text("utf-8"))
        command = ("reachline", "--sandbox-urls", str(log))
        program = subprocess.Popen(proof.inside(*command))
        wait_until(lambda: window("Welcome"))
        connect(proof)
        picture(proof, "before")
        end(program)
        before, cache = files_of(proof), proof.home / CACHE
        written = cache.stat().st_ino
        proof.check("the wizard connects an account", "profile.json" in before)
        package = proof.package(proof.next_version)
        shutil.copy(package, proof.root / "root")
        done = proof.run_inside("apt-get", "install", "-qq", "--no-install-recommends", f"{HOME}/{package.name}")
        said = proof.run_inside("reachline", "--version").stdout
        proof.check(f"{proof.version} becomes {proof.next_version}", proof.next_version in said, done.stdout + said)
        proof.check("the upgrade leaves the profile alone", files_of(proof) == before)
        said = proof.run_inside(*command, "doctor").stdout
        proof.check("the next version signs in with the token that was kept", "Harbour Parcels" in said, said)
        program = subprocess.Popen(proof.inside(*command))
        proof.check("the next version opens the inbox, not the wizard", wait_until(lambda: window("Harbour Parcels")))
        time.sleep(5)
        picture(proof, "after")
        end(program)
        proof.check("it still has the account", files_of(proof)["profile.json"] == before["profile.json"])
        # One that it could not read would have been made anew.
        proof.check("it reads the messages with the key that was kept", cache.stat().st_ino == written)
    finally:
        end(sandbox)
        log.unlink()


def connect(proof: Proof) -> None:
    """Go through the wizard by its keys."""
    profile = proof.home / DATA / "profile.json"
    for keys in (("key", "Return"), ("key", "Return"), ("type", TOKEN)):
        time.sleep(3)
        press(*keys)
    wait_until(lambda: press("key", "Return") or time.sleep(3) or profile.exists())
    wait_until(lambda: press("key", "Return") or time.sleep(3) or window("Harbour Parcels"))
    # Messages are read.
    time.sleep(5)


def files_of(proof: Proof) -> dict[str, bytes]:
    """The profile's files with what is in them, without those that only a running program has."""
    folder = proof.home / DATA
    found = {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}
    return {name: file.read_bytes() for name, file in found.items() if not name.startswith("running")}


def remove(proof: Proof) -> None:
    listed = proof.run_inside("dpkg", "-L", "reachline").stdout.split("\n")
    own = [path for path in listed if "reachline" in path]
    profile = files_of(proof)
    done = proof.run_inside("apt-get", "purge", "-qq", "reachline")
    left = [path for path in own if os.path.lexists(proof.root / path[1:])]
    proof.check("it is removed with every file", done.returncode == 0 and own and not left, "\n".join(left))
    proof.check("the profile stays", files_of(proof) == profile)
    outside = [path for path in proof.home.rglob("*") if "eachline" in path.name]
    kinds = {path.relative_to(proof.home).parts[:2] for path in outside if path.suffix != ".deb"}
    expected = {(".local", "share"), (".local", "state"), (".cache", "Reachline sandbox"), (".cache", "Reachline")}
    proof.check("nothing of it is elsewhere in the home folder", kinds <= expected, str(kinds))


def tarball(proof: Proof) -> None:
    [packed] = (proof.folder / proof.version).glob("*.tar.xz")
    print(f"    {packed.name}: {packed.stat().st_size / 1e6:.0f} MB")
    folder = proof.root / "opt"
    run("tar", "--extract", "--file", packed, "--directory", folder)
    place = f"/opt/reachline-{proof.version}"
    proof.run_inside(f"{place}/install.sh")
    said = proof.run_inside(f"{HOME}/.local/bin/reachline", "--version").stdout
    proof.check("it runs from where it was unpacked", first_line(said) == f"reachline {proof.version}", said)
    entry = proof.home / ".local/share/applications/reachline.desktop"
    proof.check("the menu starts it there", f'Exec="{place}/reachline" %u' in entry.read_text("utf-8"))
    proof.run_inside(f"{place}/install.sh", "--remove")
    proof.check("the menu entry is taken away again", not entry.exists())


def first_line(said: str) -> str:
    """The version; how it was installed and what it runs on come after it."""
    return said.partition("\n")[0]


def end(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    program.wait(timeout=60)


# --- the run ----------------------------------------------------------------------------------------------------------

STAGES: dict[str, Callable[[Proof], None]] = {
    stage.__name__: stage for stage in (build, install, start, upgrade, remove, tarball)
}


def start_session(proof: Proof) -> list[subprocess.Popen[bytes]]:
    """A screen with a window manager, and a bus with an unlocked password store."""
    screen = subprocess.Popen(["Xvfb", SCREEN, "-screen", "0", "1600x1000x24"], stderr=subprocess.DEVNULL)
    wait_until(lambda: Path(f"/tmp/.X11-unix/X{SCREEN[1:]}").exists())
    manager = subprocess.Popen(["openbox"], env=os.environ | {"DISPLAY": SCREEN}, stderr=subprocess.DEVNULL)
    keys = proof.folder / "keys"
    shutil.rmtree(keys, ignore_errors=True)
    keys.mkdir()
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert bus.stdout is not None
    proof.bus = bus.stdout.readline().decode().strip()
    keyring = subprocess.Popen(
        ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"],
        env=os.environ | {"DBUS_SESSION_BUS_ADDRESS": proof.bus, "HOME": str(keys), "XDG_RUNTIME_DIR": str(keys)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert keyring.stdin is not None
    keyring.stdin.write(b"a password")
    keyring.stdin.close()
    return [keyring, bus, manager, screen]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path.home() / ".cache/reachline-linux", help="kept")
    parser.add_argument("--only", metavar="STAGES", default=",".join(STAGES), help="names of stages, with commas")
    options = parser.parse_args(arguments)
    asked = options.only.split(",")
    if unknown := set(asked) - set(STAGES):
        parser.error(f"there are no stages {', '.join(sorted(unknown))}")
    options.folder.mkdir(parents=True, exist_ok=True)
    proof, started = Proof(options.folder.resolve()), time.monotonic()
    install_needed = f"apt-get -qq update; apt-get -qq install --no-install-recommends {shlex.join(NEEDED)}"
    run("sh", "-c", f"DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; {install_needed} > /dev/null")
    session = start_session(proof)
    try:
        for name in asked:
            print(f"--- {name}", flush=True)
            try:
                STAGES[name](proof)
            except (OSError, subprocess.SubprocessError, ValueError) as error:
                proof.check(f"{name} could be carried out", False, str(error))
    finally:
        for program in session:
            end(program)
    print(f"took {(time.monotonic() - started) / 60:.0f} min")
    print(f"{proof.passed} passed, {proof.failed} failed")
    return 1 if proof.failed else 0


if __name__ == "__main__":
    sys.exit(main())
