"""What of the image's executables and lock files is accounted for, from the layers' facts alone.

A binary belongs to a language package when it lies in that package's own directory (``node_modules/NAME``, a gem's
directory, that of a .NET program's deps.json), or in a ``site-packages`` directory or conda environment where the
package's record is. Which package of those it is takes their lists of files, which are not kept: a file put there by
hand counts as versioned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from scantling.guard.limits import COVERAGE_PATHS
from scantling.layers.squash import View
from scantling.model.coverage_statement import Executables, LockFiles, Seen
from scantling.model.facts import FileFacts, LayerFacts
from scantling.model.package import OS_TYPES

from .os.ownership import claimable

# a lock file below one of these came with a dependency: it says what that project's developers used, not what is here
INSTALLED_TREES = ("node_modules/", "site-packages/", "dist-packages/", "/gems/", "/pkg/mod/", "vendor/")
# where packages install library modules and templates with an execute bit ("usr/lib/python3.11/pdb.py"): of those the
# file lists that are kept (``os.ownership``) do not speak, so they are not counted either way
_OS_ROOTS = ("usr/", "etc/", "lib", "bin/", "sbin/", "opt/", "var/")
_NOT_OS = "usr/local/"
_DPKG_INFO = "var/lib/dpkg/info/"
_CONDA = ("bin", "lib", "libexec", "sbin")
_SHARED_ROOTS = ("/site-packages/", "/dist-packages/")


def seen(layers: Sequence[LayerFacts], view: View, live: Iterable[FileFacts], owned: frozenset[str]) -> Seen:
    """The layers' part of the coverage statement. ``live`` are the facts that count, ``owned`` the OS's paths."""
    live = list(live)
    exact, trees = _evidence(live)
    binaries = _live(layers, view, "binaries")
    return Seen(
        _executables(binaries, owned | _maintainers(binaries, live), exact, trees),
        _executables(set(filter(_is_program, _live(layers, view, "scripts"))), owned, exact, trees),
        _lock_files(layers, view, owned),
    )


def _live(layers: Sequence[LayerFacts], view: View, sort: str) -> set[str]:
    found: set[str] = set()
    for index, layer in enumerate(layers):
        packed: bytes = getattr(layer, sort)
        if packed:
            found.update(path for path in packed.decode().split("\0") if view.provides(index, path))
    return found


def _maintainers(binaries: set[str], live: Iterable[FileFacts]) -> set[str]:
    """Compiled maintainer scripts, as bash has one: dpkg keeps them, and lists them in no package's files."""
    found = {path for path in binaries if path.startswith(_DPKG_INFO)}
    if not found:
        return found
    debs = {package.name for facts in live for package in facts.packages if package.type == "deb"}
    return {path for path in found if path[len(_DPKG_INFO) :].rpartition(".")[0].split(":")[0] in debs}


def _is_program(path: str) -> bool:
    return path.startswith(_NOT_OS) or not path.startswith(_OS_ROOTS) or claimable(path)


def _evidence(live: Iterable[FileFacts]) -> tuple[set[str], set[str]]:
    """Paths that a package was read from, and directories that belong to installed language packages."""
    exact: set[str] = set()
    trees: set[str] = set()
    for facts in live:
        if not any(package.type not in OS_TYPES and not package.declared for package in facts.packages):
            continue
        path = facts.path
        exact.add(path)
        for root in _SHARED_ROOTS:
            cut = f"/{path}".rfind(root)
            if cut >= 0:
                trees.add(path[: cut + len(root) - 2])
        if ("node_modules/" in path and path.endswith("/package.json")) or path.endswith(("/release", ".deps.json")):
            trees.add(path.rpartition("/")[0])  # a package's, a Java runtime's, a .NET program's own directory
        if "/conda-meta/" in f"/{path}":
            home = path.rpartition("/")[0].removesuffix("conda-meta")
            trees.update(f"{home}{part}" for part in _CONDA)
        if path.endswith(".gemspec") and "/specifications/" in path:
            home, _, name = path.rpartition("/specifications/")
            gem = name.removeprefix("default/").removesuffix(".gemspec")
            trees |= {f"{home}/gems/{gem}"}
    return exact, trees


def _executables(paths: set[str], owned: frozenset[str], exact: set[str], trees: set[str]) -> Executables:
    is_owned = paths & owned
    versioned = {path for path in paths - is_owned if path in exact or (trees and _inside(path, trees))}
    nobody = sorted(paths - is_owned - versioned)
    return Executables(len(paths), len(is_owned), len(versioned), len(nobody), tuple(nobody[:COVERAGE_PATHS]))


def _inside(path: str, trees: set[str]) -> bool:
    return any(str(parent) in trees for parent in PurePosixPath(path).parents)


def _lock_files(layers: Sequence[LayerFacts], view: View, owned: frozenset[str]) -> LockFiles:
    read: set[str] = set()
    unread: set[str] = set()
    for index, layer in enumerate(layers):
        for path in layer.lock_files:
            ours = path not in owned and not any(tree in f"/{path}" for tree in INSTALLED_TREES)
            if ours and view.provides(index, path):
                (unread if path in layer.unread_lock_files else read).add(path)
    return LockFiles(len(read), len(unread), tuple(sorted(unread)[:COVERAGE_PATHS]))
