"""What a stack of layers leaves for the container to see, and which layer brought it. Trees are written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scantling.analyze.ecosystem import ecosystem_of
from scantling.analyze.merge import merge
from scantling.model.coverage import Gap
from scantling.model.facts import FileFacts, LayerFacts, LayerTree, OsRelease, PackageFact

STATUS = "var/lib/dpkg/status"
DEBIAN = OsRelease("debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)")


def layer(
    number: int, *files: FileFacts, names: tuple[str, ...] = (), whiteouts: tuple[str, ...] = (), **tree: Any
) -> LayerFacts:
    paths = sorted({*(f.path for f in files), *names})
    encoded = "\0".join(paths).encode()
    return LayerFacts(f"sha256:{number}", 1, len(paths), LayerTree(files=encoded, whiteouts=whiteouts, **tree), files)


def os_file(os: OsRelease = DEBIAN, path: str = "etc/os-release") -> FileFacts:
    return FileFacts(path, "os-release", os=os)


def dpkg(*packages: tuple[str, str], path: str = STATUS) -> FileFacts:
    return FileFacts(path, "dpkg", tuple(PackageFact("deb", n, v, "amd64", n, v) for n, v in packages))


def python(name: str, version: str, at: str = "usr/lib/python3") -> FileFacts:
    return FileFacts(f"{at}/{name}-{version}.dist-info/METADATA", "python", (PackageFact("pypi", name, version),))


def brought(layers: list[LayerFacts]) -> dict[tuple[str, str], list[str]]:
    return {(p.name, p.version): [loc.diff_id for loc in p.locations] for p in merge(layers).packages}


def test_the_newest_status_file_decides_and_each_package_names_its_first_layer() -> None:
    assert brought(
        [
            layer(0, os_file(), dpkg(("a", "1"), ("b", "1"), ("c", "1"))),
            layer(1, dpkg(("a", "1"), ("b", "2"), ("c", "1"))),
            layer(2, dpkg(("a", "1"), ("b", "2"), ("d", "1"))),
        ]
    ) == {("a", "1"): ["sha256:0"], ("b", "2"): ["sha256:1"], ("d", "1"): ["sha256:2"]}


def test_a_package_removed_and_installed_again_is_brought_by_the_later_layer() -> None:
    assert brought([layer(0, dpkg(("a", "1"))), layer(1, dpkg()), layer(2, dpkg(("a", "1")))]) == {
        ("a", "1"): ["sha256:2"]
    }


def test_a_whiteout_removes_what_the_file_said() -> None:
    one = python("requests", "2.19.0")
    assert brought([layer(0, one), layer(1, whiteouts=(one.path,))]) == {}
    parent = one.path.rsplit("/", 1)[0]
    assert brought([layer(0, one), layer(1, whiteouts=(parent,))]) == {}


def test_an_upgrade_in_a_later_layer_leaves_only_the_new_version() -> None:
    old, new = python("requests", "2.19.0"), python("requests", "2.32.0")
    assert brought([layer(0, old), layer(1, new, whiteouts=(old.path.rsplit("/", 1)[0],))]) == {
        ("requests", "2.32.0"): ["sha256:1"]
    }


def test_the_same_package_in_two_places_is_one_package_with_two_locations() -> None:
    (package,) = merge([layer(0, python("six", "1"), python("six", "1", "opt/venv/lib"))]).packages
    assert [loc.path for loc in package.locations] == [
        "opt/venv/lib/six-1.dist-info/METADATA",
        "usr/lib/python3/six-1.dist-info/METADATA",
    ]


def test_a_language_package_that_an_os_package_installed_is_the_distributions_to_judge() -> None:
    mine, theirs = python("django", "3.2", "opt/app"), python("six", "1.16")
    owner = FileFacts("var/lib/dpkg/info/python3-six.list", "dpkg-files", owns=(theirs.path,))
    owned = {p.name: p.os_owned for p in merge([layer(0, os_file(), mine, theirs, owner)]).packages}
    assert owned == {"django": False, "six": True}


def test_ownership_follows_merged_usr() -> None:
    theirs = python("six", "1.16")
    owner = FileFacts("var/lib/dpkg/info/x.list", "dpkg-files", owns=(theirs.path.removeprefix("usr/"),))
    assert [p.os_owned for p in merge([layer(0, theirs, owner)]).packages] == [True]


def test_os_packages_carry_the_distribution() -> None:
    (package,) = merge([layer(0, os_file(), dpkg(("zlib1g", "1:1.2.13.dfsg-1")))]).packages
    assert package.purl == "pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=amd64&distro=debian-12"
    assert package.ecosystem == "debian:12"


def test_etc_os_release_wins_and_a_symlink_is_followed_inside_the_tree() -> None:
    usr = os_file(OsRelease("alpine", "3.20.1"), "usr/lib/os-release")
    assert (
        merge([layer(0, usr, symlinks={"etc/os-release": "../usr/lib/os-release"}, names=("etc/os-release",))]).os
        == usr.os
    )
    assert merge([layer(0, usr, os_file())]).os == DEBIAN


def test_packages_without_a_distribution_are_a_gap() -> None:
    gaps = merge([layer(0, dpkg(("a", "1")))]).gaps
    assert [(gap.what, gap.blocks) for gap in gaps] == [("unknown-os", True)]


def test_a_distribution_nobody_knows_is_a_gap() -> None:
    gaps = merge([layer(0, os_file(OsRelease("homebrewos", "1")), dpkg(("a", "1")))]).gaps
    assert [(gap.what, gap.blocks) for gap in gaps] == [("unknown-os", True)]


def test_a_gap_in_a_file_that_is_gone_does_not_count() -> None:
    bad = Gap("unreadable-file", "opt/a.jar", "ends early")
    base = layer(0, os_file(), names=("opt/a.jar",))
    base = LayerFacts(base.diff_id, 1, 1, base.tree, base.files, (bad,))
    assert bad in merge([base]).gaps
    assert bad not in merge([base, layer(1, whiteouts=("opt/a.jar",))]).gaps
    assert bad not in merge([base, layer(1, names=("opt/a.jar",))]).gaps


def test_an_unidentified_archive_of_the_distribution_is_the_distributions_to_judge() -> None:
    unknown = Gap("unidentified-package", "usr/share/java/a.jar", "nothing says its group", blocks=False)
    owner = FileFacts("var/lib/dpkg/info/liba-java.list", "dpkg-files", owns=("usr/share/java/a.jar",))
    mine = layer(0, os_file(), dpkg(("liba-java", "1")), names=("usr/share/java/a.jar",))
    mine = LayerFacts(mine.diff_id, 1, 1, mine.tree, mine.files, (unknown,))
    assert merge([mine]).gaps == (unknown,)
    theirs = LayerFacts(mine.diff_id, 1, 1, mine.tree, (*mine.files, owner), (unknown,))
    assert unknown not in merge([theirs, layer(1, owner)]).gaps


def test_a_lock_file_beside_an_installed_tree_does_not_double() -> None:
    installed = FileFacts("srv/node_modules/a/package.json", "npm", (PackageFact("npm", "a", "1.0.0"),))
    lock = FileFacts(
        "srv/package-lock.json",
        "npm-lock",
        (PackageFact("npm", "a", "1.0.0", declared=True), PackageFact("npm", "dev", "2.0.0", declared=True)),
    )
    assert [p.name for p in merge([layer(0, installed, lock)]).packages] == ["a"]
    alone = merge([layer(0, lock)]).packages
    assert [(p.name, p.declared) for p in alone] == [("a", True), ("dev", True)]


def test_a_dependencys_own_lock_file_says_nothing_of_this_image() -> None:
    lock = FileFacts("srv/node_modules/a/package-lock.json", "npm-lock", (PackageFact("npm", "x", "1", declared=True),))
    assert merge([layer(0, lock)]).packages == ()


@pytest.mark.parametrize(
    ("os", "key"),
    [
        (DEBIAN, "debian:12"),
        (OsRelease("debian", "", "", "Debian GNU/Linux trixie/sid"), "debian:sid"),
        (OsRelease("debian", "", "forky", "Debian GNU/Linux forky"), "debian:forky"),
        (OsRelease("ubuntu", "22.04"), "ubuntu:22.04"),
        (OsRelease("alpine", "3.20.3"), "alpine:3.20"),
        (OsRelease("alpine", "3.22_alpha20250108", pretty_name="Alpine Linux edge"), "alpine:edge"),
        (OsRelease("wolfi", "20230201"), "wolfi"),
        (OsRelease("rhel", "9.4"), "rhel:9"),
        (OsRelease("almalinux", "9.2"), "almalinux:9"),
        (OsRelease("azurelinux", "3.0"), "azurelinux:3.0"),
        (OsRelease("linuxmint", "21", like=("ubuntu",)), ""),
        (OsRelease("debian"), ""),
        (None, ""),
    ],
)
def test_which_advisories_decide(os: OsRelease | None, key: str) -> None:
    assert ecosystem_of(os) == key


@pytest.mark.parametrize(
    ("os", "type_", "ecosystem"),
    [
        (DEBIAN, "deb", "debian:12"),
        (DEBIAN, "apk", ""),
        (DEBIAN, "rpm", ""),
        (OsRelease("alpine", "3.19.1"), "deb", ""),
        (OsRelease("alpine", "3.19.1"), "apk", "alpine:3.19"),
        (OsRelease("rocky", "9.3"), "rpm", "rocky:9"),
        (OsRelease("rocky", "9.3"), "deb", ""),
    ],
)
def test_a_distribution_does_not_speak_for_packages_of_another_format(
    os: OsRelease, type_: str, ecosystem: str
) -> None:
    path = {"deb": STATUS, "apk": "lib/apk/db/installed", "rpm": "var/lib/rpm/rpmdb.sqlite"}[type_]
    database = FileFacts(path, type_, (PackageFact(type_, "openssl", "3.1.4-r5", "amd64"),))
    inventory = merge([layer(0, os_file(os), database)])
    assert [package.ecosystem for package in inventory.packages] == [ecosystem]
    assert [gap.what for gap in inventory.gaps] == ([] if ecosystem else ["unknown-os"])


@pytest.mark.parametrize(
    ("partial", "names"), [(False, ["a", "b"]), (True, ["a", "b", "c"])], ids=["since Go 1.17", "before"]
)
def test_go_sum_counts_only_where_go_mod_is_not_whole(partial: bool, names: list[str]) -> None:
    def go(analyzer: str, *modules: str) -> FileFacts:
        packages = tuple(PackageFact("golang", name, "v1.0.0", declared=True) for name in modules)
        return FileFacts(f"app/{analyzer.replace('-', '.')}", analyzer, packages)

    gaps = (Gap("partial-manifest", "app/go.mod", "before Go 1.17", blocks=False),) if partial else ()
    found = merge([replace(layer(1, go("go-mod", "a", "b"), go("go-sum", "a", "b", "c")), gaps=gaps)])
    assert [package.name for package in found.packages] == names


def test_what_go_vendored_is_not_somebody_elses_lock_file() -> None:
    vendored = FileFacts("app/vendor/modules.txt", "go-vendor", (PackageFact("golang", "a", "v1.0.0", declared=True),))
    inner = FileFacts("app/vendor/b/go.mod", "go-mod", (PackageFact("golang", "c", "v1.0.0", declared=True),))
    assert [one.name for one in merge([layer(1, vendored, inner)]).packages] == ["a"]


def test_software_that_an_os_package_brought_is_that_package() -> None:
    program = FileFacts("usr/sbin/nginx", "generic-binary", (PackageFact("generic", "nginx", "1.22.1"),))
    listed = FileFacts("var/lib/dpkg/info/nginx.list", "dpkg", owns=("usr/sbin/nginx",))
    own = FileFacts(STATUS, "dpkg", (PackageFact("deb", "nginx", "1.22.1-9"),))
    assert [one.type for one in merge([layer(1, os_file(), own, listed, program)]).packages] == ["deb"]
    # nginx.org's package: the distribution does not speak for it, so that what the binary says is judged
    third = FileFacts(STATUS, "dpkg", (PackageFact("deb", "nginx", "1.27.3-1~bookworm"),))
    found = merge([layer(1, os_file(), third, listed, program)]).packages
    assert [(one.type, one.os_owned, one.ecosystem) for one in found] == [
        ("deb", False, "debian:12"), ("generic", False, "generic"),
    ]  # fmt: skip


def test_software_that_no_feed_speaks_of_has_no_ecosystem() -> None:
    program = FileFacts("opt/bin/busybox", "generic-binary", (PackageFact("generic", "busybox", "1.36.1"),))
    (one,) = merge([layer(1, program)]).packages
    assert one.ecosystem == ""
