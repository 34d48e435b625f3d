"""Composer's lock file and its record of what is installed, in both of its forms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.language_facts import analyze

MONOLOG = {"name": "monolog/monolog", "version": "v2.0.1", "license": ["MIT"],
           "require": {"php": ">=7.2", "ext-json": "*", "psr/log": "^1"}}  # fmt: skip
PHPUNIT = {"name": "phpunit/phpunit", "version": "9.5.0"}
BRANCH = {"name": "acme/vapour", "version": "dev-main"}
FOUND = [
    ("acme/vapour", "dev-main", False, ()),
    ("monolog/monolog", "2.0.1", False, ("psr/log",)),
    ("phpunit/phpunit", "9.5.0", True, ()),
]


def test_the_lock_file() -> None:
    lock = {"packages": [MONOLOG, BRANCH], "packages-dev": [PHPUNIT]}
    packages, gaps = analyze("srv/composer.lock", json.dumps(lock).encode())
    assert not gaps
    assert [(p.name, p.version, p.is_dev, p.depends) for p in packages] == FOUND
    assert all(p.declared and p.type == "composer" for p in packages)
    assert packages[1].licenses == ("MIT",)


def test_a_list_of_licences_is_a_choice() -> None:
    dual = MONOLOG | {"license": ["LGPL-2.1-only", "GPL-3.0-or-later"]}
    packages, _ = analyze("srv/composer.lock", json.dumps({"packages": [dual]}).encode())
    assert packages[0].licenses == ("GPL-3.0-or-later OR LGPL-2.1-only",)


@pytest.mark.parametrize(
    ("document", "development"),
    [
        ({"packages": [MONOLOG, BRANCH, PHPUNIT], "dev": True, "dev-package-names": ["phpunit/phpunit"]}, True),
        ([MONOLOG, BRANCH, PHPUNIT], False),
    ],
)
def test_what_is_installed(document: Any, development: bool) -> None:
    packages, gaps = analyze("srv/vendor/composer/installed.json", json.dumps(document).encode())
    assert not gaps
    expected = [(name, version, is_dev and development, depends) for name, version, is_dev, depends in FOUND]
    assert [(p.name, p.version, p.is_dev, p.depends) for p in packages] == expected
    assert not any(p.declared for p in packages)


def test_an_installed_package_without_a_version_blocks() -> None:
    gaps = analyze("vendor/composer/installed.json", b'[{"name": "a/b"}]')[1]
    assert [(g.what, g.blocks) for g in gaps] == [("unknown-version", True)]
