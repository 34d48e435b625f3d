"""PHP packages: Composer's ``composer.lock`` and, where they are installed, ``vendor/composer/installed.json``.

Sources: Composer's manual, and its ``JsonInstalledRepository`` (installed.json is a list until Composer 1, an object
with ``packages`` and ``dev-package-names`` since 2). Versions are as released, without the "v" that tags have; a branch
("dev-main") is listed as that. The project itself is in neither file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scantling.analyze.plugin import Analyzer, Extracted, FileView, Wants
from scantling.model.errors import Malformed

from ._choice import choice
from ._declared import Declared, came_with_a_dependency
from ._json import load_list_or_object, load_object, mapping, text

_LOCK_ID = "composer-lock"
_INSTALLED_ID = "composer-installed"
_LICENCE_CHARS = 200


def extract_lock(file: FileView) -> Iterator[Extracted]:
    """Every package of composer.lock; those of ``packages-dev`` are for development only."""
    if came_with_a_dependency(file.path):
        return
    lock = load_object(file.data)
    if "packages" not in lock and "packages-dev" not in lock:
        raise Malformed("no packages")
    found = Declared("composer", file.path, _LOCK_ID)
    _add(_list(lock.get("packages")), found, lambda _: False)
    _add(_list(lock.get("packages-dev")), found, lambda _: True)
    yield from found.results()


def extract_installed(file: FileView) -> Iterator[Extracted]:
    """Every installed package."""
    document = load_list_or_object(file.data)
    packages = document if isinstance(document, list) else _list(document.get("packages"))
    if isinstance(document, dict) and "packages" not in document:
        raise Malformed("no packages")
    development = _list(document.get("dev-package-names")) if isinstance(document, dict) else []
    names = frozenset(text(name).lower() for name in development)
    found = Declared("composer", file.path, _INSTALLED_ID, declared=False)
    _add(packages, found, lambda name: name.lower() in names)
    yield from found.results()


def _add(packages: list[object], found: Declared, is_dev: Callable[[str], bool]) -> None:
    for value in packages:
        entry = mapping(value)
        name = text(entry.get("name"))
        version = text(entry.get("version"))
        licenses = filter(None, map(text, _list(entry.get("license"))))
        found.add(
            name,
            version[1:] if version[:1] in "vV" and version[1:2].isdigit() else version,
            depends=(each for each in mapping(entry.get("require")) if "/" in each),  # the others are PHP itself
            is_dev=is_dev(name),
            licenses=choice(licence for licence in licenses if len(licence) <= _LICENCE_CHARS),
        )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


ANALYZERS: tuple[Analyzer, ...] = (
    Analyzer(_LOCK_ID, 2, Wants(names=frozenset({"composer.lock"})), extract_lock, max_bytes=64 * 1024 * 1024),
    Analyzer(
        _INSTALLED_ID, 2, Wants(suffixes=("composer/installed.json",)), extract_installed, max_bytes=64 * 1024 * 1024
    ),
)
