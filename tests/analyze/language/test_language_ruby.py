"""Gem specifications as RubyGems writes them, and bundler's lock file."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support.language_facts import analyze, named

STUB = b"# -*- encoding: utf-8 -*-\n# stub: rake 13.0.6 ruby lib\n\n"
BODY = b"""Gem::Specification.new do |s|
  s.name = "rake".freeze
  s.version = "13.0.6"
  s.licenses = ["MIT".freeze, "Ruby".freeze]
  s.add_runtime_dependency(%q<json>.freeze, [">= 1.0"])
  s.add_development_dependency(%q<minitest>.freeze, ["~> 5"])
end
"""
DIR = "usr/lib/ruby/gems/3.1.0/specifications"


@pytest.mark.parametrize(
    "path", [f"{DIR}/rake-13.0.6.gemspec", f"{DIR}/default/rake-13.0.6.gemspec",
             "usr/share/rubygems-integration/all/specifications/rake-13.0.6.gemspec"],
)  # fmt: skip
@pytest.mark.parametrize(
    "data", [STUB + BODY, BODY, BODY.replace(b'"13.0.6"', b'Gem::Version.new("13.0.6")'),
             BODY.replace(b'"13.0.6"', b"Rake::VERSION")],
)  # fmt: skip
def test_an_installed_gem(path: str, data: bytes) -> None:
    packages, gaps = analyze(path, data)
    assert [(p.name, p.version, p.licenses, p.depends) for p in packages] == [
        ("rake", "13.0.6", ("MIT", "Ruby"), ("json",))
    ]
    assert not gaps


def test_the_file_name_with_a_platform() -> None:
    assert named(f"{DIR}/nokogiri-1.13.0-x86_64-linux.gemspec", b"x") == [("nokogiri", "1.13.0")]


def test_a_gemspec_in_a_source_tree_is_no_installed_gem() -> None:
    assert analyze("app/vendor/rake/rake.gemspec", BODY) == ([], [])


LOCK = b"""GIT
  remote: https://example.org/forge.git
  revision: abc
  specs:
    forge (0.1.0)
      rack (>= 2)

GEM
  remote: https://example.org/
  specs:
    nokogiri (1.13.0-x86_64-linux)
      racc (~> 1.4)
    racc (1.6.0)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  forge!
  nokogiri

BUNDLED WITH
   2.3.5
"""


def test_gemfile_lock() -> None:
    packages, gaps = analyze("app/Gemfile.lock", LOCK)
    assert [(p.name, p.version, p.depends, p.declared) for p in packages] == [
        ("forge", "0.1.0", ("rack",), True),
        ("nokogiri", "1.13.0", ("racc",), True),
        ("racc", "1.6.0", (), True),
    ]
    assert not gaps


@pytest.mark.parametrize("data", [b"GEM\n  specs:\n    ???\n", b"<<<<<<< HEAD\n", b"   nothing\n"])
def test_a_lock_file_that_is_none_is_a_gap(data: bytes) -> None:
    packages, gaps = analyze("Gemfile.lock", data)
    assert not packages
    assert gaps


@pytest.mark.debian
@pytest.mark.skipif(shutil.which("gem") is None, reason="RubyGems is not installed")
def test_gem_lists_the_same_gems() -> None:
    listed = subprocess.run(["gem", "list", "--local"], capture_output=True, text=True, check=True).stdout
    theirs = set()
    for line in listed.splitlines():
        if match := re.fullmatch(r"(\S+) \((.*)\)", line):
            theirs |= {(match[1], each.removeprefix("default: ").split()[0]) for each in match[2].split(", ")}
    assert len(theirs) >= 50
    places = subprocess.run(["gem", "env", "gempath"], capture_output=True, text=True, check=True).stdout
    ours = set()
    for place in places.strip().split(":"):
        for file in sorted(Path(place).glob("specifications/**/*.gemspec")):
            packages, gaps = analyze(str(file)[1:], file.read_bytes())
            assert not gaps
            ours |= {(package.name, package.version) for package in packages}
    assert ours == theirs
