"""Shells and package managers where there should be none, and what a smaller base would leave out elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.model.finding import Finding

from ..check import Scene
from ..file_rule import FileRule, found
from .listed import Listed, in_words

IN_MINIMAL = FileRule(
    "SCN-FS-014", "Shell or package manager in a minimal image", "LOW",
    "The image has no distribution around it, so nothing in it needs a shell; an intruder does.",
    "Use the base's variant without a shell (distroless: not the one tagged debug); copy only the program.", ("4.3",),
    references=("https://docs.docker.com/build/building/best-practices/#create-ephemeral-containers",),
)  # fmt: skip
SMALLER_BASE = FileRule(
    "SCN-FS-015", "A smaller base would leave out", "NEGLIGIBLE",
    "The program does not need these at run time; they bring vulnerabilities, and tools for an intruder.",
    "Build in a stage of its own and copy the result onto a slim or distroless base.", ("4.3",),
    references=("https://docs.docker.com/build/building/multi-stage/",),
)  # fmt: skip
_SHELLS = tuple(
    f"{directory}/{name}"
    for directory in ("bin", "usr/bin", "busybox")
    for name in ("sh", "bash", "dash", "ash", "zsh", "ksh", "busybox")
)
_MANAGERS = (
    "usr/bin/apt-get", "usr/bin/apt", "usr/bin/dpkg", "sbin/apk", "usr/bin/apk", "usr/bin/dnf", "usr/bin/dnf5",
    "usr/bin/microdnf", "usr/bin/yum", "usr/bin/rpm", "usr/bin/zypper", "usr/bin/pacman", "bin/opkg", "usr/bin/tdnf",
)  # fmt: skip
_DATABASES = (
    "var/lib/dpkg/status", "lib/apk/db/installed", "usr/lib/apk/db/installed", "var/lib/rpm/rpmdb.sqlite",
    "var/lib/rpm/Packages", "var/lib/rpm/Packages.db", "usr/lib/sysimage/rpm/rpmdb.sqlite",
    "usr/lib/sysimage/rpm/Packages.db", "var/lib/pacman/local/ALPM_DB_VERSION", "usr/lib/opkg/status",
    "var/lib/opkg/status",
)  # fmt: skip
# what takes room, by the beginning of the name with or without "usr/"; no file is counted twice
_GROUPS: dict[str, tuple[str, ...]] = {
    "package manager": (
        "bin/apt", "bin/dpkg", "lib/apt/", "lib/dpkg/", "share/dpkg/", "var/lib/dpkg/", "sbin/apk",
        "lib/apk/", "bin/dnf", "bin/microdnf", "bin/rpm", "bin/yum", "lib/rpm/", "var/lib/rpm/", "lib/sysimage/rpm/",
        "bin/zypper", "bin/pacman", "var/lib/pacman/",
    ),
    "shells": ("bin/bash", "bin/dash", "bin/zsh", "bin/ksh", "bin/busybox", "bin/fish"),
    "headers and compilers": ("include/", "lib/gcc/", "libexec/gcc/", "lib/llvm", "share/cmake"),
    "manuals and translations": ("share/doc/", "share/man/", "share/info/", "share/locale/", "share/i18n/"),
}  # fmt: skip
_NAMED = 8  # of the development packages


def run(scene: Scene, layers: Sequence[Listed]) -> Iterator[Finding]:
    """An image is minimal that has the package records of distroless images (var/lib/dpkg/status.d) and no package
    database, or neither a package database nor an os-release. Any other is told what a smaller base would spare it."""
    if not layers or (not scene.info.config_digest and not scene.info.config.history):
        return  # a root directory is nobody's image
    if _is_minimal(scene, layers):
        for path in (*_SHELLS, *_MANAGERS):
            number = scene.view.provider(path)
            if number is not None:
                yield found(scene, IN_MINIMAL, path, path.rpartition("/")[2], layer=number)
    elif any(scene.view.provider(path) is not None for path in _MANAGERS):
        yield from _smaller(scene, layers)


def _is_minimal(scene: Scene, layers: Sequence[Listed]) -> bool:
    if any(scene.view.provider(path) is not None for path in _DATABASES):
        return False
    records = any(True for layer in layers for _ in layer.below("var/lib/dpkg/status.d/"))
    return records or scene.inventory.os is None


def _smaller(scene: Scene, layers: Sequence[Listed]) -> Iterator[Finding]:
    sums = {
        group: sum(
            size
            for layer in layers
            for prefix in prefixes
            for start in (("",) if prefix.startswith("var/") else ("", "usr/"))
            for _, size in layer.below(start + prefix)
        )
        for group, prefixes in _GROUPS.items()
    }
    development = sorted({
        package.name
        for package in scene.inventory.packages
        if package.type in {"deb", "rpm", "apk"} and package.name.endswith(("-dev", "-devel"))
    })  # fmt: skip
    parts = [f"{group} {in_words(size)}" for group, size in sums.items() if size]
    if development:
        named = ", ".join(development[:_NAMED]) + (" ..." if len(development) > _NAMED else "")
        parts.append(f"{len(development)} development packages ({named})")
    if parts:
        said = f"{in_words(sum(sums.values()))}: {'; '.join(parts)}"
        yield found(scene, SMALLER_BASE, "", said)
