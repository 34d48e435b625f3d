"""Which of the files that an OS package installs could be claimed a second time, by a language analyzer.

A package database lists every manual page; keeping them all would make the cached facts many times larger. Kept are
the paths that decide whether a language package is the distribution's own.
"""

from __future__ import annotations

from scantling.analyze.lock_files import LOCK_FILES

_EXTENSIONS = frozenset({
    ".egg-info", ".egg", ".jar", ".war", ".ear", ".jpi", ".hpi", ".par", ".sar", ".nar", ".kar", ".lpkg",
    ".gemspec", ".dll", ".exe", ".nuspec", ".rockspec", ".cabal", ".so", ".sh", ".pl", ".awk", ".node", ".app",
    ".reg", ".whl",
})  # fmt: skip
_NAMES = frozenset({
    "package.json", "package-lock.json", ".package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml",
    "Gemfile.lock", "composer.json", "composer.lock", "installed.json", "installed.php", "Cargo.lock", "go.mod",
    "go.sum", "requirements.txt", "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "pom.xml", "pom.properties",
    "gradle.lockfile", "build.sbt.lock", "packages.lock.json", "packages.config", "mix.lock", "pubspec.lock",
    "conan.lock",
    "DESCRIPTION", "METADATA", "PKG-INFO", "install.json", "rebar.lock", "conaninfo.txt", "conanfile.txt", "stack.yaml",
    "JuliaManifest.toml", "version.php", "style.css", "project.assets.json", "perllocal.pod",
    *LOCK_FILES,
})  # fmt: skip
# names that mean something only in these places
_PLACES = {
    ".txt": ("requirements", "vendor/modules"), ".json": ("conda-meta/",), ".conf": ("package.conf.d/", "package.db/"),
    ".php": ("wp-content/plugins/",), ".toml": ("Manifest-v", "pylock."),
}  # fmt: skip
# data in thousands of files without an extension, none of which is a program
_SHARED_DATA = (
    "usr/share/doc", "usr/share/man/", "usr/share/locale", "usr/share/zoneinfo", "usr/share/terminfo/",
    "usr/share/lintian/", "usr/share/i18n/", "usr/share/icons/",
)  # fmt: skip
# Go and Rust programs that are not meant for PATH: docker's plugins, kubelet's, the Go tool chain's own
_PROGRAM_ROOTS = ("usr/lib", "lib", "opt/", "usr/local/", "srv/", "var/lib/")


def claimable(path: str) -> bool:
    """Whether some other analyzer may claim the file at ``path`` (no leading slash) too: language metadata,
    lock files, archives, and anything that may be an executable or a shared library."""
    base = path[path.rfind("/") + 1 :]
    dot = base.rfind(".")
    if base in _NAMES or (dot >= 0 and base[dot:] in _EXTENSIONS):
        return True
    if "bin/" in path or "/libexec/" in path or "/games/" in path or path.endswith(".deps.json"):
        return True
    if dot >= 0 and (places := _PLACES.get(base[dot:])) is not None and any(place in path for place in places):
        return True
    if path.startswith(("etc/", "usr/share/")) and path.count("/") > 1:  # maintenance and start-up scripts
        return (dot < 0 or path.startswith("etc/") or base.endswith(".py")) and not path.startswith(_SHARED_DATA)
    # without an extension, or with a version for one, it may be a program, wherever it lies below these
    return path.startswith(_PROGRAM_ROOTS) and (dot < 0 or ".so." in base or base[dot + 1 :].isdigit())
