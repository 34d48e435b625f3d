"""Names the code whose output is cached, without importing it: a scan of known layers must not load seventy parsers.

``VERSIONS`` repeats what the analyzers say of themselves; ``tests/docs/test_analyzer_versions.py`` holds the two
together. Whoever adds an analyzer or raises a version changes the line here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

FORMAT = 6  # raised when LayerFacts or the walk itself change meaning

VERSIONS: Mapping[str, int] = {
    "apk": 4,
    "apk-world": 1,
    "apt-marks": 1,
    "bottlerocket": 1,
    "bun-lock": 1,
    "cabal-freeze": 1,
    "cargo-lock": 2,
    "composer-installed": 2,
    "composer-lock": 2,
    "conan-info": 1,
    "conan-lock": 1,
    "conanfile": 1,
    "conda": 1,
    "cpan-install": 1,
    "cpanfile-snapshot": 1,
    "dnf-history": 1,
    "dnf-reasons": 1,
    "dotnet-deps": 1,
    "dpkg": 4,
    "embedded-sbom": 1,
    "gemfile-lock": 1,
    "gemspec": 1,
    "generic-binary": 1,
    "ghc-package": 1,
    "go-binary": 2,
    "go-mod": 1,
    "go-sum": 1,
    "go-vendor": 1,
    "go-version": 1,
    "gradle-lock": 1,
    "java": 2,
    "java-release": 1,
    "julia-manifest": 1,
    "luarocks-lock": 1,
    "mix-lock": 1,
    "npm": 3,
    "npm-lock": 3,
    "nuget-assets": 1,
    "nuget-config": 1,
    "nuget-lock": 1,
    "nuspec": 2,
    "opam": 1,
    "opkg": 1,
    "os-release": 1,
    "otp-app": 1,
    "otp-version": 1,
    "packrat-lock": 1,
    "pacman": 4,
    "pdm-lock": 1,
    "pear-registry": 1,
    "perllocal": 1,
    "pipfile-lock": 1,
    "pnpm-lock": 2,
    "podfile-lock": 1,
    "poetry-lock": 1,
    "pom": 1,
    "portage": 1,
    "pubspec-lock": 1,
    "pylock": 1,
    "python": 3,
    "r-description": 1,
    "rebar-lock": 1,
    "renv-lock": 1,
    "requirements": 1,
    "rockspec": 1,
    "rpm": 4,
    "rpm-manifest": 4,
    "rust-binary": 1,
    "sbt-lock": 1,
    "stack-lock": 1,
    "stack-yaml": 1,
    "swift-resolved": 1,
    "swipl-pack": 1,
    "uv-lock": 2,
    "wordpress-core": 1,
    "wordpress-plugin": 1,
    "wordpress-theme": 1,
    "yarn-lock": 2,
}


def fingerprint(versions: Mapping[str, int] = VERSIONS) -> str:
    """The part of a cache key that changes with every analyzer's id and version; their order does not matter."""
    text = ",".join(f"{id}={version}" for id, version in sorted(versions.items()))
    return blake2b(f"{FORMAT};{text}".encode(), digest_size=12).hexdigest()
