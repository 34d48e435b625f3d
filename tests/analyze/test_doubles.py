"""Which packages of lock files stand beside what is installed, and which are left out. Inventories are by hand."""

from __future__ import annotations

import pytest

from scantling.analyze.doubles import without_doubles
from scantling.model.package import Location, Package

SITE = "usr/local/lib/python3.11/site-packages"


def installed(type_: str, name: str, path: str, version: str = "1", *, os_owned: bool = False) -> Package:
    at = (Location(path, "sha256:0"),)
    return Package(f"pkg:{type_}/{name}@{version}", name, version, type_, locations=at, os_owned=os_owned)


def python(name: str, version: str = "1", site: str = SITE) -> Package:
    return installed("pypi", name, f"{site}/{name}-{version}.dist-info/METADATA", version)


def locked(type_: str, path: str, *names: str, version: str = "1", is_dev: bool = False) -> list[Package]:
    at = (Location(path, "sha256:0"),)
    return [
        Package(f"pkg:{type_}/{n}@{version}", n, version, type_, locations=at, declared=True, is_dev=is_dev)
        for n in names
    ]


def left(*packages: Package) -> list[str]:
    return [f"{p.name} {p.version}" for p in without_doubles(packages)]


def test_a_python_lock_file_that_was_installed_from() -> None:
    lock = locked("pypi", "srv/uv.lock", "Flask_Login", "click", "colorama", version="2")
    assert left(python("flask-login", "3"), python("click", "2"), *lock) == ["click 2", "flask-login 3"]


def test_a_python_lock_file_of_which_less_than_half_is_installed() -> None:
    lock = locked("pypi", "srv/uv.lock", "a", "b", "c")
    assert left(python("a", "9"), *lock) == ["a 1", "a 9", "b 1", "c 1"]


def test_each_environment_is_asked_by_itself() -> None:
    lock = locked("pypi", "srv/uv.lock", "a", "b", "c")
    apart = [python("a", "9"), python("b", "9", "opt/venv/lib/python3.12/site-packages")]
    assert left(*apart, *lock) == ["a 1", "a 9", "b 1", "b 9", "c 1"]


def test_what_the_distribution_installed_is_no_sign() -> None:
    theirs = installed("pypi", "a", "usr/lib/python3/dist-packages/a.egg-info", "9", os_owned=True)
    assert left(theirs, *locked("pypi", "srv/requirements.txt", "a")) == ["a 1", "a 9"]


def test_development_packages_are_left_out_and_do_not_count() -> None:
    lock = [*locked("pypi", "srv/uv.lock", "a", "b"), *locked("pypi", "srv/uv.lock", "x", "y", "z", is_dev=True)]
    assert left(*lock) == ["a 1", "b 1"]
    assert left(python("a", "9"), *lock) == ["a 9"]


def test_the_same_version_in_both_is_one_package_that_counts_for_its_lock_file() -> None:
    both = Package(
        "pkg:pypi/a@1", "a", "1", "pypi",
        locations=(Location("srv/uv.lock", "x"), Location(f"{SITE}/a-1.dist-info/METADATA", "x")),
    )  # fmt: skip
    assert left(both, *locked("pypi", "srv/uv.lock", "b")) == ["a 1"]
    assert left(both, *locked("pypi", "srv/uv.lock", "b", "c")) == ["a 1", "b 1", "c 1"]


def test_a_package_of_a_second_lock_file_stays() -> None:
    kept = Package(
        "pkg:pypi/b@1", "b", "1", "pypi", declared=True,
        locations=(Location("one/uv.lock", "x"), Location("two/uv.lock", "x")),
    )  # fmt: skip
    assert left(python("a", "9"), *locked("pypi", "one/uv.lock", "a"), kept) == ["a 9", "b 1"]


def test_a_composer_lock_file_beside_its_vendor_directory() -> None:
    there = installed("composer", "a/b", "srv/vendor/composer/installed.json", "2")
    assert left(there, *locked("composer", "srv/composer.lock", "a/b", "c/d")) == ["a/b 2"]
    assert left(there, *locked("composer", "srv/other/composer.lock", "c/d")) == ["a/b 2", "c/d 1"]
    renamed = installed("composer", "a/b", "srv/lib/composer/installed.json", "2")
    assert left(renamed, *locked("composer", "srv/composer.lock", "a/b", "c/d")) == ["a/b 2"]


@pytest.mark.parametrize("lock", ["srv/yarn.lock", "srv/pnpm-lock.yaml", "srv/bun.lock"])
def test_a_node_lock_file_beside_its_tree(lock: str) -> None:
    there = installed("npm", "a", "srv/node_modules/.pnpm/a@1/node_modules/a/package.json")
    assert left(there, *locked("npm", lock, "a", "b", version="2")) == ["a 1"]


def test_a_cargo_lock_file_and_the_programs_built_from_it() -> None:
    programs = [installed("cargo", "a", "usr/bin/one", "2"), installed("cargo", "b", "usr/bin/two", "2")]
    lock = locked("cargo", "src/Cargo.lock", "a", "b", "dev", "windows")
    assert left(*programs, *lock) == ["a 2", "b 2"]
    assert left(programs[0], *lock) == ["a 1", "a 2", "b 1", "dev 1", "windows 1"]


def test_a_nuget_lock_file_and_the_published_program() -> None:
    there = installed("nuget", "Newtonsoft.Json", "app/App.deps.json", "13")
    assert left(there, *locked("nuget", "src/packages.lock.json", "newtonsoft.json", "analyzer")) == [
        "Newtonsoft.Json 13"
    ]


def test_lock_files_inside_installed_packages() -> None:
    assert left(*locked("cargo", "root/.cargo/vendor/x/Cargo.lock", "a")) == []


@pytest.mark.parametrize("type_", ["gem", "hex", "cran", "cpan", "luarocks", "hackage", "conan"])
def test_a_lock_file_whose_packages_are_installed_anywhere(type_: str) -> None:
    apart = [installed(type_, "a", "usr/lib/a/record", "9"), installed(type_, "b", "opt/b/record", "9")]
    assert left(*apart, *locked(type_, "srv/lock", "a", "b", "c", "d")) == ["a 9", "b 9"]
    assert left(*apart, *locked(type_, "srv/lock", "a", "c", "d")) == ["a 1", "a 9", "b 9", "c 1", "d 1"]


@pytest.mark.parametrize("type_", ["swift", "pub", "julia"])
def test_what_leaves_no_record_of_its_installation_is_taken_from_the_lock_file(type_: str) -> None:
    assert left(*locked(type_, "srv/lock", "a", "b"), *locked(type_, "srv/lock", "c", is_dev=True)) == ["a 1", "b 1"]


def test_a_perl_distribution_recorded_with_and_without_its_author_is_one() -> None:
    at = (Location("lib/perl5/perllocal.pod", "x"),)
    twice = [
        Package("pkg:cpan/DAGOLDEN/HTTP-Tiny@1", "HTTP-Tiny", "1", "cpan", locations=at),
        Package("pkg:cpan/HTTP-Tiny@1", "HTTP-Tiny", "1", "cpan", locations=at),
        Package("pkg:cpan/HTTP-Tiny@2", "HTTP-Tiny", "2", "cpan", locations=at),
    ]
    assert [p.purl for p in without_doubles(twice)] == ["pkg:cpan/DAGOLDEN/HTTP-Tiny@1", "pkg:cpan/HTTP-Tiny@2"]
