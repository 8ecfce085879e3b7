"""Makes the .deb and the tarball in dist/, from scratch.

    python resources/installer/linux/make.py [--keep]

On Debian or Ubuntu, as any user; needs dpkg-deb and objdump (packages dpkg and binutils), and, to try what it built,
the libraries that the .deb depends on. The result runs on systems whose C library is at least as new as this one's:
build on the oldest that is to be served. `--keep` is for `folder.py`, which builds what is packed.
"""
# ruff: noqa: T201

import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE, ICONS, FOLDER = ROOT / "resources/installer/linux", ROOT / "resources/icons", ROOT / "dist/reachline"
METAINFO = HERE / "io.github.reachline.desktop.metainfo.xml"
MAINTAINER = "The Reachline authors <reachline@users.noreply.github.com>"
# Debian's and Ubuntu's newer releases have renamed it.
RENAMED = {"libglib2.0-0": "libglib2.0-0t64 | libglib2.0-0"}
RECOMMENDED = (
    *("gnome-keyring | kwalletmanager | keepassxc", "xdg-utils"),
    # Without it, a thread is printed into a file only.
    *("libwayland-client0", "libwayland-cursor0", "libwayland-egl1", "libcups2t64 | libcups2"),
)
# Of packages that every system has, and further libraries of those that are named.
ALWAYS_THERE = {
    *("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6"),
    *("libmvec.so.1", "libpthread.so.0", "libresolv.so.2", "librt.so.1", "libstdc++.so.6", "libuuid.so.1"),
    *("libbrotlicommon.so.1", "libgthread-2.0.so.0"),
}
# Parts of Qt that are loaded where the desktop has what they need: Wayland, GTK, OpenGL, printers.
OPTIONAL = re.compile(
    r"libqgtk3|libcupsprintersupport|libQt6W(ayland|lShell)|xcbglintegrations|plugins/(platforms/libqwayland|wayland-)"
)
CONTROL = """\
Package: reachline
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {kibibytes}
Depends: {depends}
Recommends: {recommends}
Section: net
Priority: optional
Description: shows where a support reply will arrive, before it is sent
 Desktop companion for support agents who use Intercom with Octopods: one
 thread per customer, where each message came from, the time left of
 WhatsApp's 24-hour window, and a warning before a reply that will reach the
 Messenger only.
"""


def output(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def c_library() -> str:
    """The newest version of the C library that a file of the folder asks for."""
    newest = (2, 0)
    for file in FOLDER.rglob("*"):
        if file.is_file() and not file.is_symlink() and file.open("rb").read(4) == b"\x7fELF":
            asked = re.findall(r"GLIBC_(\d+)\.(\d+)", output("objdump", "-T", file))
            newest = max([newest, *((int(major), int(minor)) for major, minor in asked)])
    return ".".join(str(part) for part in newest)


def needed(file: Path) -> set[str]:
    """The libraries that a program or library is linked against; none for another file."""
    if file.is_symlink() or not file.is_file() or file.open("rb").read(4) != b"\x7fELF":
        return set()
    return set(re.findall(r"NEEDED +(\S+)", output("objdump", "-p", file)))


def missing_libraries(folder: Path, named: Collection[str]) -> dict[str, list[str]]:
    """The libraries that are neither in the folder nor named, with the files that need them."""
    files = sorted(folder.rglob("*"))
    here = {file.name for file in files} | ALWAYS_THERE | set(named)
    missing: dict[str, list[str]] = {}
    for file in files:
        if not OPTIONAL.search(file.as_posix()):
            for library in sorted(needed(file) - here):
                missing.setdefault(library, []).append(file.name)
    return missing


def dependencies() -> list[str]:
    """What the program itself looks for before it starts Qt. Ends the build where that is not all."""
    sys.path.insert(0, str(ROOT))
    from desktop.app.qt import BASE_LIBRARIES, MEDIA_LIBRARIES, NETWORK_LIBRARIES, X11_LIBRARIES

    libraries = BASE_LIBRARIES | MEDIA_LIBRARIES | NETWORK_LIBRARIES | X11_LIBRARIES
    missing = missing_libraries(FOLDER, libraries)
    if missing:
        sys.exit(f"desktop/app/qt.py names no package of {missing}")
    named = sorted(set(libraries.values()))
    return [f"libc6 (>= {c_library()})", "libstdc++6", *(RENAMED.get(package, package) for package in named)]


def share(target: Path, version: str, seconds: int) -> None:
    """Menu entry, link handler, icons and what software centres show, as `share` of a prefix."""
    applications, metainfo = target / "applications", target / "metainfo"
    for folder in (applications, metainfo):
        folder.mkdir(parents=True)
    shutil.copy(HERE / "reachline.desktop", applications)
    (metainfo / METAINFO.name).write_text(with_release(version, seconds), encoding="utf-8")
    for drawn in ICONS.glob("reachline-*.png"):
        size = drawn.stem.removeprefix("reachline-")
        _icon(drawn, target / f"icons/hicolor/{size}x{size}/apps/reachline.png")
    _icon(ICONS / "reachline.svg", target / "icons/hicolor/scalable/apps/reachline.svg")


def with_release(version: str, seconds: int) -> str:
    """What software centres read, with the release of this build."""
    day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    releases = f'  <releases>\n    <release version="{version}" date="{day}"/>\n  </releases>\n</component>'
    return METAINFO.read_text(encoding="utf-8").replace("</component>", releases)


def _icon(drawn: Path, target: Path) -> None:
    target.parent.mkdir(parents=True)
    shutil.copy(drawn, target)


def deb(version: str, architecture: str, seconds: int) -> Path:
    root = ROOT / "build/deb"
    shutil.rmtree(root, ignore_errors=True)
    share(root / "usr/share", version, seconds)
    shutil.copytree(FOLDER, root / "usr/lib/reachline", symlinks=True)
    (root / "usr/bin").mkdir()
    (root / "usr/bin/reachline").symlink_to("../lib/reachline/reachline")
    documents = root / "usr/share/doc/reachline"
    documents.mkdir(parents=True)
    shutil.copy(HERE / "copyright", documents / "copyright")
    changes = f"reachline ({version}) unstable; urgency=medium\n\n  * Built from its source.\n\n -- {MAINTAINER}  "
    _pack(changes + formatdate(seconds, localtime=False) + "\n", documents / "changelog.gz")
    _pack((HERE / "reachline.1").read_text(encoding="utf-8"), root / "usr/share/man/man1/reachline.1.gz")
    overrides = root / "usr/share/lintian/overrides/reachline"
    overrides.parent.mkdir(parents=True)
    shutil.copy(HERE / "lintian-overrides", overrides)
    for path in _tidy(root):
        os.utime(path, (seconds, seconds), follow_symlinks=False)
    (root / "DEBIAN").mkdir()
    fields = {
        "version": version,
        "architecture": architecture,
        "maintainer": MAINTAINER,
        "kibibytes": sum(path.lstat().st_size for path in root.rglob("*")) // 1024,
        "depends": ", ".join(dependencies()),
        "recommends": ", ".join(RECOMMENDED),
    }
    (root / "DEBIAN/control").write_text(CONTROL.format(**fields), encoding="utf-8")
    (root / "DEBIAN").chmod(0o755)
    made = ROOT / f"dist/reachline_{version}_{architecture}.deb"
    print(output("dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, made))
    return made


def _pack(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def _tidy(root: Path) -> Iterator[Path]:
    """Whatever this user's own custom is, others may read it all, and run what is a program."""
    for path in sorted(root.rglob("*")):
        if not path.is_symlink():
            is_program = path.is_dir() or path == root / "usr/lib/reachline/reachline"
            path.chmod(0o755 if is_program else 0o644)
        yield path


def tarball(version: str, machine: str, seconds: int) -> Path:
    made = ROOT / f"dist/reachline-{version}-linux-{machine}.tar.xz"
    extra = ROOT / "build/share"
    shutil.rmtree(extra, ignore_errors=True)
    share(extra, version, seconds)

    def of_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = seconds
        return member

    with tarfile.open(made, "w:xz") as archive:
        archive.add(FOLDER, f"reachline-{version}", filter=of_root)
        archive.add(extra, f"reachline-{version}/share", filter=of_root)
        archive.add(HERE / "install.sh", f"reachline-{version}/install.sh", filter=of_root)
    return made


def main() -> None:
    subprocess.run([sys.executable, str(ROOT / "resources/installer/folder.py"), *sys.argv[1:]], check=True)
    version = output(FOLDER / "reachline", "--version").split()[1]
    # A copy of the source without its history says when it was made.
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or output("git", "log", "-1", "--format=%ct"))
    os.environ["SOURCE_DATE_EPOCH"] = str(seconds)
    architecture = output("dpkg", "--print-architecture")
    for made in (deb(version, architecture, seconds), tarball(version, os.uname().machine, seconds)):
        print(f"{made.relative_to(ROOT)}: {made.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
