"""Installed Python packages. Oracle: importlib.metadata over the very environment that runs the tests."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest

from support.jars import jar
from support.language_facts import analyze, named

METADATA = b"Metadata-Version: 2.1\nName: Django\nVersion: 3.2\n"
SITE = "usr/lib/python3.11/site-packages"


def test_every_distribution_of_this_environment_is_found_as_importlib_sees_it() -> None:
    for distribution in importlib.metadata.distributions():
        file = Path(str(distribution._path)) / "METADATA"  # type: ignore[attr-defined]
        if not file.is_file():
            continue
        expected = [(distribution.metadata["Name"], distribution.version)]
        assert named(f"{SITE}/{file.parent.name}/METADATA", file.read_bytes()) == expected


@pytest.mark.parametrize(
    "path",
    [
        f"{SITE}/Django-3.2.dist-info/METADATA",
        f"{SITE}/Django.egg-info/PKG-INFO",
        f"{SITE}/Django-3.2.egg-info",
        f"{SITE}/Django-3.2-py3.11.egg/EGG-INFO/PKG-INFO",
        "srv/app/Django.egg-info/PKG-INFO",
    ],
)
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_the_places_metadata_is_kept_in(path: str, newline: bytes) -> None:
    assert named(path, METADATA.replace(b"\n", newline)) == [("Django", "3.2")]


def test_a_field_in_the_description_is_no_field() -> None:
    data = METADATA + b"\nName: other\nVersion: 9\nLicense: none\n"
    packages, _ = analyze(f"{SITE}/d.dist-info/METADATA", data)
    assert [(p.name, p.version, p.licenses) for p in packages] == [("Django", "3.2", ())]


@pytest.mark.parametrize(
    ("fields", "licenses"),
    [
        (b"License-Expression: MIT OR Apache-2.0\nLicense: see file\n", ("MIT OR Apache-2.0",)),
        (b"License: BSD\n", ("BSD",)),
        (b"License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n", ("MIT License",)),
        (b"Classifier: License :: OSI Approved\n", ()),
    ],
)
def test_licences_in_order_of_precision(fields: bytes, licenses: tuple[str, ...]) -> None:
    packages, _ = analyze(f"{SITE}/d.dist-info/METADATA", METADATA + fields)
    assert packages[0].licenses == licenses


def test_requirements_without_those_of_extras() -> None:
    data = METADATA + b'Requires-Dist: sqlparse (>=0.2.2)\nRequires-Dist: argon2-cffi ; extra == "argon2"\n'
    packages, _ = analyze(f"{SITE}/d.dist-info/METADATA", data)
    assert packages[0].depends == ("sqlparse",)


@pytest.mark.parametrize("data", [b"", b"Name: x\n", b"Version: 1\n", b"Name:\nVersion: 1\n", b"\0" * 100])
def test_metadata_without_name_or_version_is_a_gap(data: bytes) -> None:
    packages, gaps = analyze(f"{SITE}/x.dist-info/METADATA", data)
    assert not packages
    assert [gap.blocks for gap in gaps] == [True]


def test_a_vendored_copy_is_said_but_not_listed() -> None:
    packages, gaps = analyze(f"{SITE}/setuptools/_vendor/wheel-0.43.0.dist-info/METADATA", METADATA)
    assert not packages
    assert [(gap.what, gap.blocks) for gap in gaps] == [("vendored-package", False)]


def test_the_test_data_of_an_installed_package_is_not_installed() -> None:
    assert analyze(f"{SITE}/pkg_resources/tests/data/my.egg/EGG-INFO/PKG-INFO", METADATA) == ([], [])


def test_a_wheel_that_lies_there_to_be_installed_is_declared() -> None:
    path = "usr/local/lib/python3.11/ensurepip/_bundled/pip-23.0-py3-none-any.whl"
    wheel = jar(
        ("pip-23.0.dist-info/METADATA", b"Name: pip\nVersion: 23.0\n\n"),
        ("pip/_vendor/x-1.dist-info/METADATA", b"Name: x\nVersion: 1\n"),
    )
    (package,), gaps = analyze(path, wheel)
    assert not gaps
    assert (package.name, package.version, package.declared) == ("pip", "23.0", True)
    assert package.path == f"{path}!/pip-23.0.dist-info/METADATA"


def test_a_damaged_wheel_is_a_gap() -> None:
    for data in (b"", jar(("a/METADATA", b"Name: x\nVersion: 1\n"))):
        assert [gap.what for gap in analyze("a.whl", data)[1]] == ["unreadable-file"]
