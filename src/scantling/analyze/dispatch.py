"""Who looks at which file: a question asked of every entry of every layer, so answered by look-ups, not by loops."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .plugin import Analyzer


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """``for_path`` names the analyzers that want a file by its name, ``for_magic`` those that want it by its start."""

    analyzers: tuple[Analyzer, ...]
    _paths: dict[str, tuple[Analyzer, ...]] = field(default_factory=dict)
    _names: dict[str, tuple[Analyzer, ...]] = field(default_factory=dict)
    _suffixes: dict[str, tuple[tuple[str, Analyzer], ...]] = field(default_factory=dict)
    _prefixes: tuple[tuple[str, Analyzer], ...] = ()
    _magic: tuple[tuple[bytes, Analyzer], ...] = ()
    magic_bytes: int = 0
    _globs: dict[str, tuple[tuple[str, Analyzer], ...]] = field(default_factory=dict)
    _starts: tuple[str, ...] = ()  # all prefixes and all magic numbers: most files have none of them
    _first_bytes: tuple[bytes, ...] = ()

    def for_path(self, path: str) -> tuple[Analyzer, ...]:
        """The analyzers that want ``path``, in registration order without repeats."""
        base = path[path.rfind("/") + 1 :]
        found = self._paths.get(path, ()) + self._names.get(base, ())
        key = _suffix_key(base)
        by_suffix = self._suffixes.get(key)
        if by_suffix is not None:
            found += tuple(analyzer for suffix, analyzer in by_suffix if path.endswith(suffix))
        by_glob = self._globs.get(key)
        if by_glob is not None:
            found += tuple(analyzer for glob, analyzer in by_glob if fnmatchcase(path, glob))
        if path.startswith(self._starts):
            found += tuple(analyzer for prefix, analyzer in self._prefixes if path.startswith(prefix))
        return found if len(found) < 2 else tuple(dict.fromkeys(found))

    def for_magic(self, head: bytes) -> tuple[Analyzer, ...]:
        """The analyzers that want a regular file starting with ``head``."""
        if not head.startswith(self._first_bytes):
            return ()
        return tuple(analyzer for magic, analyzer in self._magic if head.startswith(magic))


def build(analyzers: tuple[Analyzer, ...]) -> Dispatcher:
    """Index what ``analyzers`` want."""
    paths: dict[str, tuple[Analyzer, ...]] = {}
    names: dict[str, tuple[Analyzer, ...]] = {}
    suffixes: dict[str, tuple[tuple[str, Analyzer], ...]] = {}
    prefixes: list[tuple[str, Analyzer]] = []
    magic: list[tuple[bytes, Analyzer]] = []
    globs: dict[str, tuple[tuple[str, Analyzer], ...]] = {}
    for analyzer in analyzers:
        wants = analyzer.wants
        for path in sorted(wants.paths):
            paths[path] = (*paths.get(path, ()), analyzer)
        for name in sorted(wants.names):
            names[name] = (*names.get(name, ()), analyzer)
        for suffix in wants.suffixes:
            key = _suffix_key(suffix[suffix.rfind("/") + 1 :])
            suffixes[key] = (*suffixes.get(key, ()), (suffix, analyzer))
        for glob in wants.globs:
            key = _suffix_key(glob[glob.rfind("/") + 1 :])
            globs[key] = (*globs.get(key, ()), (glob, analyzer))
        prefixes.extend((prefix, analyzer) for prefix in wants.prefixes)
        magic.extend((start, analyzer) for start in wants.magic)
    starts, first_bytes = tuple(prefix for prefix, _ in prefixes), tuple(start for start, _ in magic)
    magic_bytes = max(map(len, first_bytes), default=0)
    return Dispatcher(
        analyzers, paths, names, suffixes, tuple(prefixes), tuple(magic), magic_bytes, globs, starts, first_bytes
    )


def _suffix_key(base: str) -> str:
    # ".jar" and "app.jar" share the key "jar"; "METADATA" has no dot and is its own key
    dot = base.rfind(".")
    return base[dot + 1 :] if dot >= 0 else base


NO_ANALYZERS = build(())


@dataclass(frozen=True, slots=True)
class Skip:
    """Paths the user asked to leave out, as glob patterns relative to the root."""

    dirs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.dirs or self.files)

    def covers(self, path: str) -> bool:
        """Whether ``path`` is one of the files or lies in one of the directories."""
        if any(fnmatchcase(path, pattern) for pattern in self.files):
            return True
        parts = path.split("/")
        return any(
            fnmatchcase("/".join(parts[:depth]), pattern) for depth in range(1, len(parts)) for pattern in self.dirs
        )


NOTHING_SKIPPED = Skip()


def parse_skip(dirs: tuple[str, ...], files: tuple[str, ...]) -> Skip:
    """A ``Skip`` from patterns as users write them: a leading "/" or "./" and a trailing "/" mean nothing."""
    return Skip(tuple(map(_relative, dirs)), tuple(map(_relative, files)))


def _relative(pattern: str) -> str:
    return pattern.removeprefix("./").strip("/")
