"""Which package put a file there, as far as the layers' facts tell."""

from __future__ import annotations

from scantling.model.package import Package

from .check import Scene

_DPKG_INFO = "var/lib/dpkg/info/"


def owner_of(scene: Scene, path: str) -> Package | None:
    """The package that a container's file at ``path`` belongs to: one that was read from it, a Debian package whose
    kept list of files names it, or the npm package in whose directory it lies; the innermost of those. None where
    that is not known."""
    named = _dpkg_owner(scene, path)
    best: tuple[int, Package] | None = None
    for package in scene.inventory.packages:
        if named is not None and package.type == "deb" and package.name == named:
            return package
        for location in package.locations:
            home = location.path.removesuffix("package.json") if package.type == "npm" else ""
            fits = location.path == path or (home.endswith("/") and path.startswith(home))
            if fits and (best is None or len(location.path) > best[0]):
                best = len(location.path), package
    return None if best is None else best[1]


def _dpkg_owner(scene: Scene, path: str) -> str | None:
    for index, layer in enumerate(scene.layers):
        for facts in layer.files:
            if facts.path.startswith(_DPKG_INFO) and path in facts.owns and scene.is_live(index, facts.path):
                return facts.path[len(_DPKG_INFO) :].removesuffix(".list").partition(":")[0]
    return None
