"""The Debian machine, wine's folder on it, and a copy of the project that Windows programs work in."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path, PureWindowsPath

from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
STAND_INS = Path(__file__).with_name("stand_ins")
PACKAGES = (
    *("wine", "wine64", "gcc-mingw-w64-x86-64-win32", "xvfb", "imagemagick", "python3-venv"),
    *("tesseract-ocr", "tesseract-ocr-eng", "tesseract-ocr-ara", "fonts-dejavu-core", "fonts-noto-core"),
)
FONTS = ("truetype/dejavu/DejaVuSans*.ttf", "truetype/noto/NotoSansArabic-Regular.ttf")
"""In the place of Windows' own, which nobody may give away."""
WINDOW_FONT, WINDOW_FONT_PX = "DejaVu Sans", 12
"""Of messages, lists and menus: as large as Windows 10's Segoe UI, and wider. Wine would take one with serifs. Its name
is also that of its regular style, by which wine calls it.
"""
REGISTERED = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT\CurrentVersion\Fonts"
COMPILER = "x86_64-w64-mingw32-gcc"
PROGRAMS = ("wine", "Xvfb", "import", "tesseract", COMPILER)
READ_LANGUAGES = ("eng", "ara")


class Stopped(Exception):
    """A stage cannot go on; the text says why."""


def windows_path(path: Path) -> str:
    """As Windows programs see it: all of this machine is their drive Z."""
    return str(PureWindowsPath("Z:/", *path.absolute().parts[1:]))


class Wine:
    """Runs Windows programs. Their output is read through a pipe: Python for Windows refuses a plain file of wine's.

    layer: what is laid over /usr for them; see `_make_layer`. display: of the screen for their windows; without it they
    can open none, and all that run at one time must have the same. found: a folder whose programs they find by name.
    """

    def __init__(self, prefix: Path, layer: Path, display: str = "", found: Path | None = None) -> None:
        self.prefix = prefix
        self.display = display
        self.drive = prefix / "drive_c"
        self._layer = layer
        self._found = found

    def command(self, *command: str | Path) -> list[str]:
        """The command that runs one of wine's own programs."""
        if _has_32_bits(Path("/usr")):
            return [*map(str, command)]
        mount = 'mount -t overlay overlay -o "lowerdir=$0:/usr" /usr && exec "$@"'
        return ["unshare", "-m", "sh", "-c", mount, str(self._layer), *map(str, command)]

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            # Neither .NET nor a browser is offered.
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "LANG": "C.UTF-8",
        }
        path = {"WINEPATH": windows_path(self._found)} if self._found is not None else {}
        return kept | own | path | ({"DISPLAY": self.display} if self.display else {})

    def start(self, *command: str | Path, cwd: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command("wine", *command),
            cwd=cwd,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )

    def run(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        timeout_s: float = 300,
        log: Path | None = None,
    ) -> tuple[int, str]:
        """Returns the exit status and all that was printed; -1 where it took longer than `timeout_s`."""
        process = self.start(*command, cwd=cwd or self.drive)
        lines: list[str] = []
        # Wine's own services may keep the other end open for as long as they like.
        reader = threading.Thread(target=_read, args=(process, lines, log), daemon=True)
        reader.start()
        try:
            status = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            status = -1
        reader.join(5)
        return status, "".join(lines)

    def stop(self) -> None:
        """End all programs of this prefix, and wait until they are gone."""
        for option in ("-k", "-w"):
            subprocess.run(self.command("wineserver", option), env=self.environment(), check=False, timeout=120)

    def registry(self, key: str, *arguments: str) -> str:
        """What Windows' registry has under a key; "" where there is no such key."""
        status, said = self.run("reg", "query", key, *arguments, timeout_s=60)
        return said if status == 0 else ""


def _read(process: subprocess.Popen[str], lines: list[str], log: Path | None) -> None:
    """Collect what a process prints, and write it into `log` as it comes."""
    assert process.stdout is not None
    with log.open("w", encoding="utf-8") if log is not None else nullcontext() as written:
        for line in process.stdout:
            lines.append(line)
            if written is not None:
                written.write(line)
                written.flush()


class Workplace:
    """folder: kept between runs. jobs: parts of the test suite at once. parts: which of them, all if empty. is_quick:
    whether the installer may be larger than the real one.
    """

    def __init__(self, folder: Path, *, jobs: int, parts: Sequence[str], is_quick: bool) -> None:
        self.folder = folder
        self.jobs = jobs
        self.parts = tuple(parts)
        self.is_quick = is_quick
        self.layer = folder / "i386/usr"
        self.python = folder / "python"
        self.wine = Wine(folder / "prefix", self.layer, found=self.python / "Scripts")
        self.checkout = folder / "checkout"
        self.logs = folder / "logs"
        self.pictures = folder / "pictures"
        self.temporary = folder / "temporary"
        for each in (folder, self.logs, self.pictures, self.temporary):
            each.mkdir(parents=True, exist_ok=True)

    def run_python(self, *arguments: str | Path, timeout_s: float, log: str) -> tuple[int, str]:
        """Run the Windows Python in the copy of the project. log: name of the file that keeps what it prints."""
        return self.wine.run(
            *(self.python / "python.exe", *arguments),
            cwd=self.checkout,
            timeout_s=timeout_s,
            log=self.logs / log,
        )

    def copy_project(self) -> str:
        """Bring the copy up to date with the work tree, without what git ignores; returns the hash of its files."""
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
        ).stdout.decode()
        names = sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())
        found = hashlib.sha256()
        for name in names:
            content = (ROOT / name).read_bytes()
            found.update(f"{name}\0{len(content)}\0".encode() + content)
            target = self.checkout / name
            if not target.exists() or target.read_bytes() != content:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target)
        made = {"dist", "build"}
        for file in [f for f in self.checkout.rglob("*") if f.is_file() and f.suffix != ".pyc"]:
            name = file.relative_to(self.checkout).as_posix()
            if name.partition("/")[0] not in made and not name.startswith(".") and name not in set(names):
                file.unlink()
        # A package that was moved leaves compiled modules, and tests count folders.
        kept = {folder for name in names for folder in (self.checkout / name).parents}
        for folder in [f for f in (self.checkout / "desktop").rglob("*") if f.is_dir() and f.name != "__pycache__"]:
            if folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)
        return found.hexdigest()

    @contextmanager
    def screen(self) -> Iterator[str]:
        """A screen in memory; gives its name for DISPLAY."""
        command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            assert server.stdout is not None
            try:
                yield f":{server.stdout.readline().strip()}"
            finally:
                server.terminate()

    def photograph(self, display: str, name: str) -> Path:
        """A picture of the whole screen."""
        picture = self.pictures / f"{name}.png"
        subprocess.run(["import", "-display", display, "-window", "root", picture], check=True, timeout=60)
        return picture


def prepare(workplace: Workplace, tally: Tally) -> None:
    """Install packages, make wine's folder, and compile the libraries that wine lacks."""
    if _missing():
        _install()
    if missing := _missing():
        raise Stopped(f"not installed: {', '.join(missing)}")
    if not _has_32_bits(Path("/usr")) and not _has_32_bits(workplace.layer):
        _make_layer(workplace)
    make_prefix(workplace.wine)
    status, said = workplace.wine.run("cmd", "/c", "ver", timeout_s=60)
    tally.check("wine runs a program and calls itself Windows 10", status == 0 and "10.0" in said, said)


def _missing() -> list[str]:
    """Programs and languages of the one that reads pictures."""
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        return missing
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split()
    return [name for name in READ_LANGUAGES if name not in listed]


def make_prefix(wine: Wine) -> None:
    """Make a new Windows, unless it is there, with what wine's lacks."""
    if not (wine.prefix / "system.reg").exists():
        subprocess.run(wine.command("wineboot", "--init"), env=wine.environment(), check=True, timeout=300)
        _wait_for(wine.prefix / "system.reg")
        wine.run("winecfg", "-v", "win10", timeout_s=120)
    for source in sorted(STAND_INS.glob("*.c")):
        library = wine.drive / "windows/system32" / f"{source.stem}.dll"
        if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
            subprocess.run([COMPILER, "-shared", "-O2", "-Wall", "-o", library, source, "-ladvapi32"], check=True)
    fonts = wine.drive / "windows/Fonts"
    for pattern in FONTS:
        for font in Path("/usr/share/fonts").glob(pattern):
            shutil.copy(font, fonts)
    # Those of this machine, wine calls by their families.
    if _registered_name("DejaVuSans.ttf") not in wine.registry(REGISTERED):
        settings = wine.drive / "windows/temp/fonts.reg"
        settings.write_text(_font_settings(file.name for file in sorted(fonts.glob("*.ttf"))), "utf-16")
        wine.run("regedit", "/S", windows_path(settings), timeout_s=60)
        # Fonts are looked for when the first program starts.
        wine.stop()


def _font_settings(files: Iterable[str]) -> str:
    """A file of registry settings: which fonts there are, and which of them is the windows'."""
    # Height, width, two angles, weight, and eight bytes of style.
    described = struct.pack("<5i8x", -WINDOW_FONT_PX, 0, 0, 0, 400) + WINDOW_FONT.encode("utf-16-le").ljust(64, b"\0")
    return "\n".join(
        (
            "Windows Registry Editor Version 5.00\n",
            f"[{REGISTERED}]",
            *(f'"{_registered_name(file)}"="{file}"' for file in files),
            r"[HKEY_CURRENT_USER\Control Panel\Desktop\WindowMetrics]",
            *(f'"{use}Font"=hex:{described.hex(",")}' for use in ("Message", "Icon", "Menu", "Status", "Caption")),
            "",
        )
    )


def _registered_name(file: str) -> str:
    return f"{Path(file).stem} (TrueType)"


def _has_32_bits(usr: Path) -> bool:
    """Whether programs of 32 bits run, which the installer is."""
    return (usr / "lib/wine/wine").exists()


def _install() -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Stopped(f"install {' '.join(PACKAGES)}, or run this as root on Debian")
    _apt("update")
    _apt("install", "-y", "--no-install-recommends", *PACKAGES)


def _apt(*arguments: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *arguments]
    done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
    # An index that cannot be read now may not be needed.
    if done.returncode and "update" not in arguments:
        raise Stopped(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def _make_layer(workplace: Workplace) -> None:
    """Fetch wine for 32 bits with all that it stands on, and unpack it into a folder.

    Installed, each of its libraries would have to be of the version that the machine has for 64 bits; and the machine
    would be one of two architectures from then on. So apt is told of another machine, which has nothing yet.
    """
    base = workplace.layer.parent
    for each in ("lists/partial", "archives/partial", "root"):
        (base / each).mkdir(parents=True, exist_ok=True)
    (base / "status").touch()
    of_its_own = {
        "APT::Architecture": "i386",
        "APT::Architectures": "i386",
        "Dir::State::status": base / "status",
        "Dir::State::lists": base / "lists",
        "Dir::Cache::archives": base / "archives",
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
    }
    options = [word for name, value in of_its_own.items() for word in ("-o", f"{name}={value}")]
    _apt(*options, "update")
    _apt(*options, "install", "-y", "--download-only", "--no-install-recommends", "wine32")
    root = base / "root"
    for package in sorted((base / "archives").glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    libraries = workplace.layer / "lib"
    for folder in (root / "usr/lib/i386-linux-gnu", root / "lib/i386-linux-gnu"):
        shutil.copytree(folder, libraries / folder.name, symlinks=True, dirs_exist_ok=True)
    shutil.copy2(root / "lib/ld-linux.so.2", libraries, follow_symlinks=False)
    # What the package's own script does once it is installed: the mark of a library of wine's in another's.
    of_wine = libraries / "i386-linux-gnu/wine"
    for ours, theirs in (("i386", "i686"), ("x86_64", "x86_64")):
        for library in (root / f"usr/{theirs}-w64-mingw32/lib").glob("zlib*.dll"):
            content = library.read_bytes()
            marked = content[:64] + b"Wine builtin DLL".ljust(32, b"\0") + content[96:]
            (of_wine / f"{ours}-windows" / library.name).write_bytes(marked)
    # Last: by this it is known that the layer is there.
    shutil.copytree(root / "usr/lib/wine", libraries / "wine", symlinks=True)
    shutil.rmtree(root)


def _wait_for(file: Path) -> None:
    """Wine writes its registry some seconds after the last program has ended."""
    deadline = time.monotonic() + 60
    while not file.exists():
        if time.monotonic() > deadline:
            raise Stopped(f"wine has not written {file.name}")
        time.sleep(0.5)
