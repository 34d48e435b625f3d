"""What package managers keep for the next download, which no container makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scantling.model.finding import Finding

from ..check import Scene
from ..file_rule import FileRule, found
from .listed import Listed, in_words

CACHE = FileRule(
    "SCN-FS-010", "A package manager's cache is left behind", "LOW",
    "A running container has no use for it; it is pulled and stored with the image all the same.",
    "Remove it in the same RUN that fills it, or keep it out of the layer with RUN --mount=type=cache.",
    references=("https://docs.docker.com/build/cache/optimize/",),
)  # fmt: skip
_WORTH_SAYING = 100_000  # bytes; what is below are lock files, indexes and empty databases
_BELOW = {
    "var/lib/apt/lists/": "apt's package lists",
    "var/cache/apt/": "apt's cache",
    "var/cache/apk/": "apk's cache",
    "etc/apk/cache/": "apk's cache",
    "var/cache/dnf/": "dnf's cache",
    "var/cache/libdnf5/": "dnf's cache",
    "var/cache/yum/": "yum's cache",
    "var/cache/zypp/": "zypper's cache",
    "var/cache/pacman/pkg/": "pacman's cache",
    "opt/conda/pkgs/": "Conda's cache",
    "usr/local/share/.cache/yarn/": "Yarn's cache",
    "usr/local/cargo/registry/": "Cargo's registry",
    "usr/local/bundle/cache/": "Bundler's cache",
    "go/pkg/mod/": "Go's module cache",
}
_IN_HOMES = {  # below whichever directory is somebody's home
    "/.cache/pip/": "pip's cache",
    "/.cache/uv/": "uv's cache",
    "/.cache/pypoetry/": "Poetry's cache",
    "/.npm/_cacache/": "npm's cache",
    "/.cache/yarn/": "Yarn's cache",
    "/.local/share/pnpm/store/": "pnpm's store",
    "/.m2/repository/": "Maven's repository",
    "/.gradle/caches/": "Gradle's cache",
    "/go/pkg/mod/cache/": "Go's module cache",
    "/.cache/go-build/": "Go's build cache",
    "/.cargo/registry/": "Cargo's registry",
    "/.composer/cache/": "Composer's cache",
    "/.cache/composer/": "Composer's cache",
    "/.bundle/cache/": "Bundler's cache",
    "/.cache/node-gyp/": "node-gyp's headers",
}


def run(scene: Scene, layers: Sequence[Listed]) -> Iterator[Finding]:
    """One finding for each cache, with its files and bytes in what a container sees."""
    total: dict[tuple[str, str], list[int]] = {}
    for layer in layers:
        for directory, name in _BELOW.items():
            _add(total, directory, name, layer, layer.below(directory))
        for part, name in _IN_HOMES.items():
            for path, size in layer.containing(part):
                _add(total, path[: path.index(part) + len(part)], name, layer, [(path, size)])
    for (directory, name), (files, size, number) in sorted(total.items()):
        if size >= _WORTH_SAYING:
            said = f"{name}, {in_words(size)} in {files} files"
            yield found(scene, CACHE, directory.rstrip("/"), said, layer=number)


def _add(total: dict[tuple[str, str], list[int]], directory: str, name: str, layer: Listed,
         files: Iterator[tuple[str, int]] | list[tuple[str, int]]) -> None:  # fmt: skip
    for _, size in files:
        sums = total.setdefault((directory, name), [0, 0, layer.number])
        sums[0] += 1
        sums[1] += size
        sums[2] = layer.number
