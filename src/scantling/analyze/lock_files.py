"""Names of files that pin dependencies, whether or not an analyzer here reads them: what is not read must be said."""

from __future__ import annotations

import re

LOCK_FILES = (
    "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "conda-lock.yml",
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock",
    "gradle.lockfile", "buildscript-gradle.lockfile", "go.sum", "Cargo.lock", "Gemfile.lock", "gems.locked",
    "composer.lock", "packages.lock.json", "paket.lock", "mix.lock", "rebar.lock", "pubspec.lock", "Package.resolved",
    "Podfile.lock", "Cartfile.resolved", "cabal.project.freeze", "stack.yaml.lock", "conan.lock", "vcpkg-lock.json",
    "renv.lock", "packrat.lock", "Manifest.toml", "cpanfile.snapshot", "luarocks.lock", "flake.lock", "shard.lock",
    "MODULE.bazel.lock", "chart.lock", "Chart.lock", ".terraform.lock.hcl",
)  # fmt: skip
_BESIDE = {"go.sum": "go.mod"}  # the sums name every version ever looked at; go.mod, which is read, names those used
_NAME = re.compile(rb"/(" + b"|".join(re.escape(name.encode()) for name in LOCK_FILES) + rb")\0")


def find(files: bytes) -> tuple[str, ...]:
    """The lock files among NUL-separated paths, sorted."""
    around = b"\0" + files + b"\0"
    found = {around[around.rfind(b"\0", 0, match.start()) + 1 : match.end() - 1] for match in _NAME.finditer(around)}
    found |= {name.encode() for name in LOCK_FILES if b"\0%b\0" % name.encode() in around}
    return tuple(sorted(path.decode("utf-8", "replace") for path in found))


def stands_for(path: str) -> str:
    """The file that is read in place of the lock file at ``path``; mostly itself."""
    head, slash, base = path.rpartition("/")
    return head + slash + _BESIDE.get(base, base)
