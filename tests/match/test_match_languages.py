"""Lock files of seeded random vulnerable versions, scanned, against a recomputation that shares no code with us."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scantling.analyze.ecosystem import LANGUAGES
from scantling.db.feed_file import open_feed
from scantling.db.feeds.osv import FEEDS
from scantling.db.fetch import from_directory
from scantling.match import match as matching
from scantling.model.package import Inventory, Package
from scantling.model.purl import purl
from support import recompute_languages as again
from support.language_facts import analyze
from support.lookup import Lookup

pytestmark = pytest.mark.feeds
Drawn = list[tuple[str, str]]


def statements(ecosystem: str, feeds: Path) -> Lookup:
    """The feed's statements without the database around them."""
    ((feed, file),) = ((feed, feed.files[0]) for feed in FEEDS if feed.files[0].key == ecosystem)
    with open_feed(from_directory(feeds)(file).path) as blob:
        return Lookup(feed.parse(file, blob))


def composer_lock(drawn: Drawn) -> bytes:
    return json.dumps({"packages": [{"name": n, "version": f"v{v}"} for n, v in drawn], "packages-dev": []}).encode()


def cargo_lock(drawn: Drawn) -> bytes:
    source = 'source = "registry+https://github.com/rust-lang/crates.io-index"'
    return "".join(f'[[package]]\nname = "{n}"\nversion = "{v}"\n{source}\n\n' for n, v in drawn).encode()


def gemfile_lock(drawn: Drawn) -> bytes:
    return ("GEM\n  specs:\n" + "".join(f"    {n} ({v})\n" for n, v in drawn)).encode()


def cabal_freeze(drawn: Drawn) -> bytes:
    return ("constraints: " + ",\n".join(f"any.{n} =={v}" for n, v in drawn)).encode()


def packages_lock(drawn: Drawn) -> bytes:
    resolved = {name: {"type": "Direct", "resolved": version} for name, version in drawn}
    return json.dumps({"version": 1, "dependencies": {"net8.0": resolved}}).encode()


@pytest.mark.parametrize(
    ("ecosystem", "file", "write", "compare", "program", "below", "least"),
    [
        ("Packagist", "composer.lock", composer_lock, again.composer, "php", "-RC1", 300),
        ("crates.io", "Cargo.lock", cargo_lock, again.semver, "npm", "-alpha.1", 100),
        ("RubyGems", "Gemfile.lock", gemfile_lock, again.ruby, "ruby", ".rc1", 200),
        ("Hackage", "cabal.project.freeze", cabal_freeze, again.numbers, "sh", ".0", 15),
        ("NuGet", "packages.lock.json", packages_lock, again.nuget, "sh", "-rc1", 5),
    ],
)
def test_findings_are_exactly_those_of_the_feed(
    ecosystem: str, file: str, write: Callable[[Drawn], bytes], compare: again.Compare, program: str, below: str,
    least: int, feeds: Path,
) -> None:  # fmt: skip
    if not again.is_there(program):
        pytest.skip(f"{program} is not installed")
    table = again.advisories(feeds, ecosystem)
    drawn = again.draw(table, 200, below)
    facts, gaps = analyze(file, write(drawn))
    assert not gaps
    assert {(fact.name, fact.version) for fact in facts} == set(drawn)
    packages = tuple(
        Package(purl(f.type, f.name, f.version), f.name, f.version, f.type, LANGUAGES[f.type], declared=True)
        for f in facts
    )
    findings, unmatched = matching.match(Inventory(None, packages), statements(ecosystem, feeds), "r")
    by_purl = {package.purl: (package.name, package.version) for package in packages}
    found = {(*by_purl[finding.package], finding.id) for finding in findings if finding.package}
    wanted = again.expected(table, drawn, compare)
    assert unmatched == ()
    assert len(wanted) >= least
    assert found == wanted
