"""Who needs whom, beside the tools that know: apt of this machine, npm of a tree built here. Nothing is downloaded."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from scantling.analyze.catalog import ANALYZERS
from scantling.analyze.dispatch import build
from scantling.analyze.merge import merge
from scantling.analyze.runner import inspect
from scantling.layers.directory import walk
from scantling.model.package import Package

STATUS, STATES = Path("/var/lib/dpkg/status"), Path("/var/lib/apt/extended_states")
ONLY_DEPENDS = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]


def packages_of(root: Path) -> tuple[Package, ...]:
    return merge([inspect(walk(root), build(ANALYZERS)).facts("sha256:0", 1)]).packages


def run(*command: str, cwd: Path | None = None) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False).stdout


def edges_of(packages: Sequence[Package], name: str = "{0.name}") -> set[tuple[str, str]]:
    names = {package.purl: name.format(package) for package in packages}
    return {(names[package.purl], names[other]) for package in packages for other in package.depends_on or ()}


@pytest.fixture(scope="module")
def debs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Package, ...]:
    if not (shutil.which("apt-mark") and shutil.which("apt-cache") and STATUS.exists() and STATES.exists()):
        pytest.skip("needs a Debian machine whose packages apt installed")
    root = tmp_path_factory.mktemp("debian")
    for path in (STATUS, STATES):
        (root / path.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, root / path.relative_to("/"))
    return packages_of(root)


@pytest.mark.debian
def test_what_apt_pulled_in_and_what_it_was_asked_for(debs: tuple[Package, ...]) -> None:
    for command, direct in (("showauto", False), ("showmanual", True)):
        said = {name.partition(":")[0] for name in run("apt-mark", command).split()}
        assert {package.name for package in debs if package.direct is direct} == said


@pytest.mark.debian
def test_every_step_of_every_path_is_a_dependency_that_apt_knows(debs: tuple[Package, ...], tmp_path: Path) -> None:
    names = sorted({package.name for package in debs})
    # of the installed packages alone: what archives offer has other dependencies
    options = (f"Dir::State::lists={tmp_path}", "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache=")
    alone = [word for option in options for word in ("-o", option)]
    said: set[tuple[str, str]] = set()
    needed = ""
    for line in run("apt-cache", *alone, "rdepends", "--installed", *ONLY_DEPENDS, *names).splitlines():
        if not line.startswith(" "):
            needed = line if line in names else needed
        else:
            said.add((line.strip(" |").partition(":")[0], needed))
    assert len(said) > 100
    # apt-cache does not look through Provides: there dpkg's own fields tell
    fields = run("dpkg-query", "-W", "-f", "${Package}\t${Pre-Depends}, ${Depends}\t${Provides}\n").splitlines()
    wanted = {line.split("\t")[0]: line.split("\t")[1] for line in fields}
    provided = {
        line.split("\t")[0]: [one.split()[0] for one in line.split("\t")[2].split(",") if one] for line in fields
    }
    names_of = {package.purl: package.name for package in debs}
    steps = {
        (names_of[one], names_of[other])
        for package in debs
        for one, other in zip(package.dependency_path, package.dependency_path[1:], strict=False)
    }
    assert len(steps) > 50
    # "python3:any" is a package of its own to apt-cache
    virtual = {
        (one, other) for one, other in steps - said if any(n in wanted[one] for n in [*provided[other], f"{other}:any"])
    }
    assert steps - said == virtual
    # and what apt-cache knows is here; it takes a package that provides another's name for one that needs it
    assert all(other in provided[one] for one, other in said - edges_of(debs))


TREE: dict[str, dict[str, str]] = {
    "": {"a": "^1", "b": "^2", "@s/c": "1"},
    "node_modules/a": {"b": "^1", "d": "1"},
    "node_modules/a/node_modules/b": {"e": "1"},
    "node_modules/b": {"d": "1"},
    "node_modules/@s/c": {"e": "2"},
    "node_modules/@s/c/node_modules/e": {"d": "1"},
    "node_modules/d": {"f": "1"},
    "node_modules/e": {},
    "node_modules/f": {"d": "1"},
}
VERSIONS = {"node_modules/b": "2.0.0", "node_modules/@s/c/node_modules/e": "2.0.0"}


@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
def test_a_tree_of_node_modules_as_npm_lists_it(tmp_path: Path) -> None:
    for place, needs in TREE.items():
        manifest = {"name": place.rpartition("node_modules/")[2] or "app", "version": VERSIONS.get(place, "1.0.0")}
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / "package.json").write_text(json.dumps({**manifest, "dependencies": needs}))
    edges: set[tuple[str, str]] = set()
    direct: set[str] = set()

    def take(node: dict[str, dict[str, dict[str, str]]], above: str) -> None:
        for name, value in node.get("dependencies", {}).items():
            me = f"{name}@{value['version']}"
            direct.add(me) if not above else edges.add((above, me))
            take(value, me)  # type: ignore[arg-type]

    take(json.loads(run("npm", "ls", "--all", "--json", cwd=tmp_path)), "")
    packages = packages_of(tmp_path)
    assert edges_of(packages, "{0.name}@{0.version}") == edges
    assert {f"{p.name}@{p.version}" for p in packages if p.direct} == direct == {"a@1.0.0", "b@2.0.0", "@s/c@1.0.0"}
    paths = {f"{p.name}@{p.version}": len(p.dependency_path) for p in packages}
    assert paths == {"a@1.0.0": 1, "b@2.0.0": 1, "@s/c@1.0.0": 1, "b@1.0.0": 2, "d@1.0.0": 2, "e@1.0.0": 3,
                     "e@2.0.0": 2, "f@1.0.0": 3}  # fmt: skip
