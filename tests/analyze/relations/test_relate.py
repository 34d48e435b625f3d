"""From records of several files and layers to each package's relations; trees are written by hand."""

from __future__ import annotations

from collections.abc import Sequence

from scantling.analyze.merge import merge
from scantling.model.facts import FileFacts, LayerFacts, LayerTree, PackageFact
from scantling.model.package import Package


def layer(*files: FileFacts, number: int = 0, symlinks: dict[str, str] | None = None) -> LayerFacts:
    names = "\0".join(sorted({*(file.path for file in files), *(symlinks or {})}))
    return LayerFacts(f"sha256:{number}", 1, len(files), LayerTree(files=names.encode(), symlinks=symlinks), files)


def npm(path: str, *depends: str) -> FileFacts:
    """An installed package at ``app/node_modules/PATH``, whose version is its place's number of directories."""
    place = f"app/node_modules/{path}"
    fact = PackageFact("npm", path.rpartition("node_modules/")[2], str(place.count("/") + 1), depends=depends)
    return FileFacts(f"{place}/package.json", "npm", (fact,))


def asks(*names: str) -> FileFacts:
    return FileFacts("app/package.json", "npm", asked=names)


def lock(path: str, analyzer: str, type_: str, *packages: tuple[str, str, str, bool | None]) -> FileFacts:
    """``packages``: name, version, comma-separated needs, direct."""
    facts = (
        PackageFact(type_, n, v, depends=tuple(filter(None, needs.split(","))), declared=True, direct=direct)
        for n, v, needs, direct in packages
    )
    return FileFacts(path, analyzer, tuple(facts))


def told(*layers: LayerFacts) -> dict[str, tuple[bool | None, str, str]]:
    """By "name@version": direct, the path and what it needs in the same words."""
    packages = merge(layers).packages
    names = {package.purl: f"{package.name}@{package.version}" for package in packages}

    def words(purls: Sequence[str] | None) -> str:
        return "?" if purls is None else " ".join(names[purl] for purl in purls)

    return {names[p.purl]: (p.direct, words(p.dependency_path), words(p.depends_on)) for p in packages}


def test_a_name_in_node_modules_means_the_nearest_place() -> None:
    found = told(layer(asks("a"), npm("a", "b", "c"), npm("a/node_modules/b", "c"), npm("b"), npm("c", "b")))
    assert found == {
        "a@3": (True, "a@3", "b@5 c@3"),
        "b@5": (False, "a@3 b@5", "c@3"),
        "c@3": (False, "a@3 c@3", "b@3"),
        "b@3": (False, "a@3 c@3 b@3", ""),
    }


def test_the_links_of_a_store_are_followed() -> None:
    store = ".pnpm/a@1/node_modules"
    found = told(
        layer(
            asks("a"), npm(f"{store}/a", "b"), npm(".pnpm/b@1/node_modules/b"),
            symlinks={
                "app/node_modules/a": ".pnpm/a@1/node_modules/a",
                f"app/node_modules/{store}/b": "../../b@1/node_modules/b",
            },
        )
    )  # fmt: skip
    assert found == {"a@6": (True, "a@6", "b@6"), "b@6": (False, "a@6 b@6", "")}


def test_a_manifest_of_a_lower_layer_counts_and_a_replaced_one_does_not() -> None:
    tree = (npm("a", "b"), npm("b"))
    assert told(layer(asks("a")), layer(*tree, number=1))["b@3"][0] is False
    assert told(layer(asks("a"), *tree), layer(asks("b"), number=1))["b@3"][0] is True


def test_without_a_manifest_only_what_nothing_needs_is_known_to_be_asked_for() -> None:
    found = told(layer(npm("a", "b"), npm("b")))
    assert found == {"a@3": (True, "a@3", "b@3"), "b@3": (None, "a@3 b@3", "")}


def test_two_versions_of_one_crate_are_told_apart() -> None:
    packages = (("rand", "0.7.3", "libc", True), ("rand", "0.8.5", "libc,cfg 2", True), ("libc", "1", "cfg 1", False),
                ("cfg", "1", "", False), ("cfg", "2", "", False))  # fmt: skip
    assert told(layer(lock("Cargo.lock", "cargo-lock", "cargo", *packages))) == {
        "rand@0.7.3": (True, "rand@0.7.3", "libc@1"),
        "rand@0.8.5": (True, "rand@0.8.5", "cfg@2 libc@1"),
        "libc@1": (False, "rand@0.7.3 libc@1", "cfg@1"),
        "cfg@1": (False, "rand@0.7.3 libc@1 cfg@1", ""),
        "cfg@2": (False, "rand@0.8.5 cfg@2", ""),
    }


def test_python_names_are_folded() -> None:
    packages = (("Flask", "2", "Jinja_2", None), ("jinja-2", "3", "", None))
    found = told(layer(lock("poetry.lock", "poetry-lock", "pypi", *packages)))
    assert found["Flask@2"] == (True, "Flask@2", "jinja-2@3")
    assert found["jinja-2@3"] == (None, "Flask@2 jinja-2@3", "")


def test_a_name_in_one_lock_file_means_nothing_in_another() -> None:
    found = told(
        layer(
            lock("a/Cargo.lock", "cargo-lock", "cargo", ("x", "1", "y", True), ("y", "1", "", False)),
            lock("b/Cargo.lock", "cargo-lock", "cargo", ("z", "1", "y", True), ("y", "2", "", False)),
        )
    )
    assert (found["x@1"][2], found["z@1"][2]) == ("y@1", "y@2")
    assert (found["y@1"][1], found["y@2"][1]) == ("x@1 y@1", "z@1 y@2")


def test_yarn_1_takes_from_the_manifest_beside_it_what_is_direct() -> None:
    packages = (("a", "1", "b 1", None), ("b", "1", "", None), ("c", "1", "b 2", None), ("b", "2", "", None))
    found = told(layer(asks("a", "c"), lock("app/yarn.lock", "yarn-lock", "npm", *packages)))
    assert {name: direct for name, (direct, *_) in found.items()} == {
        "a@1": True,
        "b@1": False,
        "c@1": True,
        "b@2": False,
    }
    several = told(layer(asks("a", "b", "c"), lock("app/yarn.lock", "yarn-lock", "npm", *packages)))
    assert (several["b@1"][0], several["b@2"][0]) == (None, None), "which of the two is meant stands nowhere"


def test_what_names_no_needs_has_unknown_ones() -> None:
    jar = FileFacts("a.jar", "java", (PackageFact("maven", "g:a", "1"),))
    assert told(layer(jar)) == {"g:a@1": (None, "", "?")}


def test_what_an_os_package_brought_was_not_asked_for_by_its_own_name() -> None:
    owned = FileFacts("usr/lib/python3/dist-packages/six.egg-info", "python", (PackageFact("pypi", "six", "1"),))
    status = FileFacts("var/lib/dpkg/info/python3-six.list", "dpkg", owns=(owned.path,))
    (package,) = merge([layer(owned, status)]).packages
    assert isinstance(package, Package) and package.os_owned
    assert package.direct is None


def debs(*packages: tuple[str, str]) -> FileFacts:
    """``packages``: name and comma-separated needs."""
    facts = (
        PackageFact("deb", n, "1", "amd64", n, "1", depends=tuple(filter(None, d.split(",")))) for n, d in packages
    )
    return FileFacts("var/lib/dpkg/status", "dpkg", tuple(facts))


NGINX = debs(
    ("nginx", "libssl3,libc6"), ("libssl3", "libc6"), ("libc6", "libgcc-s1"), ("libgcc-s1", "libc6"), ("x", "")
)


def test_debian_with_apts_marks() -> None:
    marks = FileFacts("var/lib/apt/extended_states", "apt-marks", pulled_in=("libssl3", "libc6", "libgcc-s1", "x"))
    assert told(layer(NGINX), layer(marks, number=1)) == {
        "nginx@1": (True, "nginx@1", "libc6@1 libssl3@1"),
        "libssl3@1": (False, "nginx@1 libssl3@1", "libc6@1"),
        "libc6@1": (False, "nginx@1 libc6@1", "libgcc-s1@1"),
        "libgcc-s1@1": (False, "nginx@1 libc6@1 libgcc-s1@1", "libc6@1"),
        "x@1": (False, "", ""),
    }


def test_debian_without_apts_marks_does_not_know_who_asked() -> None:
    found = told(layer(NGINX))
    assert {direct for direct, *_ in found.values()} == {None}
    assert found["libssl3@1"][1] == "nginx@1 libssl3@1"
    assert found["nginx@1"][1] == ""


def test_alpine_has_asked_for_the_world_alone() -> None:
    facts = tuple(PackageFact("apk", name, "1", depends=needs) for name, needs in (("nginx", ("musl",)), ("musl", ())))
    installed = FileFacts("lib/apk/db/installed", "apk", facts)
    found = told(layer(installed, FileFacts("etc/apk/world", "apk-world", asked=("nginx", "gone"))))
    assert found == {"nginx@1": (True, "nginx@1", "musl@1"), "musl@1": (False, "nginx@1 musl@1", "")}


def test_rpm_reasons_leave_open_what_they_do_not_name() -> None:
    facts = tuple(PackageFact("rpm", name, "1") for name in ("a", "b", "c"))
    installed = FileFacts("var/lib/rpm/rpmdb.sqlite", "rpm", facts)
    found = told(layer(installed, FileFacts("h", "dnf-history", asked=("a",), pulled_in=("b",))))
    assert [found[name][0] for name in ("a@1", "b@1", "c@1")] == [True, False, None]


def test_packages_of_two_architectures_need_their_own() -> None:
    facts = tuple(
        PackageFact("deb", name, "1", arch, depends=needs)
        for arch in ("amd64", "i386")
        for name, needs in (("zlib1g", ("libc6",)), ("libc6", ()))
    )
    packages = merge([layer(FileFacts("var/lib/dpkg/status", "dpkg", facts))]).packages
    needs = {p.purl: p.depends_on for p in packages if p.name == "zlib1g"}
    assert needs == {f"pkg:deb/zlib1g@1?arch={arch}": (f"pkg:deb/libc6@1?arch={arch}",) for arch in ("amd64", "i386")}
