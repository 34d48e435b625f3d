"""A layer's files read for secrets. ``secrets`` is the inspector, cheap to import; this loads the rules' libraries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from scantling.guard import limits
from scantling.layers.entry import Entry, Kind
from scantling.model.coverage import Gap
from scantling.model.evidence_secret import SecretFact, SecretFacts
from scantling.secret.confirm import Effort, Hit
from scantling.secret.engine import JOINED, JOINED_TEXT, Engine, engine
from scantling.secret.name_index import NameIndex
from scantling.secret.places import compiled, holds_examples, matcher
from scantling.secret.rule import Rule
from scantling.secret.ruleset import Ruleset, ruleset
from scantling.secret.settings import SecretSettings, masked, value_hash
from scantling.secret.text import Nature, narrow, nature

from .archived import SUFFIXES, held
from .failure import gap_of
from .inspector import Inspecting

_OVERLAP = 4 * limits.KIB  # of one piece and the next: no value that a rule describes by its shape is longer


def prepare(settings: SecretSettings) -> None:
    """Load or compile the rules, and the libraries that confirm what they find, for all layers."""
    import re2  # noqa: F401 - needed at the first match: loaded once, and not by each child

    engine(settings)
    _names(ruleset(settings))


def begin(settings: SecretSettings) -> Inspecting:
    """What looks at one layer."""
    return _Looking(settings, engine(settings), _names(ruleset(settings)))


@dataclass(frozen=True, slots=True)
class _Names:
    """The rules whose finding is a file of some name. ``index`` tells most others apart at once; ``expressions`` are a
    user's, which every name must be held against."""

    rules: tuple[Rule, ...]
    index: NameIndex
    expressions: Any

    def may_mean(self, path: str) -> bool:
        """False only if no rule means the file at ``path``."""
        return self.index.may_hold(path) or (self.expressions is not None and bool(self.expressions.search(path)))

    def of(self, path: str) -> Iterator[Rule]:
        """The rules that mean the file at ``path``."""
        if holds_examples(path):
            return
        for rule in self.rules:
            if (matcher(rule.files) if rule.files else compiled(rule.path_pattern)).search(path):
                yield rule


@cache
def _names(rules: Ruleset) -> _Names:
    by_name = tuple(rule for rule in rules.rules if rule.files or (rule.path_pattern and not rule.pattern))
    expressions = "|".join(f"(?:{rule.path_pattern})" for rule in by_name if not rule.files)
    index = NameIndex.of(glob for rule in by_name for glob in rule.files)
    return _Names(by_name, index, compiled(expressions) if expressions else None)


@dataclass(slots=True)
class _Reading:
    """The file whose pieces are being read: what ``wants`` learned of it, where the last piece ended, and what it has
    cost."""

    path: str = ""
    nature: Nature = Nature.SKIPPED
    codec: str = ""
    archive: bytearray | None = None  # None: it is none
    lines: int = 0
    tail: bytes = b""
    effort: Effort | None = None


@dataclass(slots=True)
class _Looking:
    settings: SecretSettings
    engine: Engine
    names: _Names
    found: set[SecretFact] = field(default_factory=set)
    gaps: dict[str, Gap] = field(default_factory=dict)
    reading: _Reading = field(default_factory=_Reading)
    waiting: list[tuple[str, bytes]] = field(default_factory=list)  # small texts, to be matched together
    waiting_bytes: int = 0

    def wants(self, entry: Entry, head: bytes) -> bool:
        if entry.kind is not Kind.FILE or not head:
            return False
        path = entry.path
        if self.names.may_mean(path):
            for rule in self.names.of(path):
                self._add(rule, path, 0, b"")
        kind, codec = nature(head)
        # some jars begin with the script that runs them
        is_archive = path.endswith(SUFFIXES) and head.startswith((b"PK\x03\x04", b"#!"))
        if is_archive and entry.size > limits.PARSED_FILE_BYTES:
            reason = f"secret: an archive of more than {limits.PARSED_FILE_BYTES} bytes is not looked into"
            self.gaps[path] = Gap("limit-reached", path, reason)
            return False
        self.reading = _Reading(path, kind, codec, bytearray() if is_archive else None)
        return is_archive or kind is not Nature.SKIPPED

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:
        reading = self.reading
        if reading.archive is not None:
            self._of_archive(reading.archive, data, last)
            return
        if last and not offset and len(data) <= JOINED_TEXT and reading.nature is Nature.TEXT:
            self.waiting.append((reading.path, data))
            self.waiting_bytes += len(data)
            if self.waiting_bytes >= JOINED:
                self._match_waiting()
            return
        if reading.codec:
            data = narrow(data, reading.codec)
        tail = reading.tail
        whole = tail + data if tail else data
        in_program = reading.nature is Nature.BINARY
        reading.effort = reading.effort or Effort()
        hits, too_many = self.engine.scan(whole, entry.path, in_program, reading.effort)
        self._keep(reading.path, hits, too_many, None if in_program else whole, reading.lines)
        if not last:
            reading.tail = whole[-_OVERLAP:]
            reading.lines += whole.count(b"\n") - reading.tail.count(b"\n")

    def _of_archive(self, archive: bytearray, data: bytes, last: bool) -> None:
        if not last:
            archive += data
            return
        for found in held(bytes(archive + data) if archive else data, self.reading.path, self.names.may_mean):
            if isinstance(found, Gap):
                self.gaps[found.where] = found
            else:
                self._member(found.path, found.data)

    def _member(self, path: str, data: bytes) -> None:
        """One file of an archive, whole."""
        for rule in self.names.of(path) if self.names.may_mean(path) else ():
            self._add(rule, path, 0, b"")
        kind, codec = nature(data[: limits.INSPECTED_HEAD])
        if kind is Nature.SKIPPED:
            return
        if kind is Nature.TEXT and len(data) <= JOINED_TEXT:
            self.waiting.append((path, data))
            self.waiting_bytes += len(data)
            if self.waiting_bytes >= JOINED:
                self._match_waiting()
            return
        text = narrow(data, codec) if codec else data
        in_program = kind is Nature.BINARY
        hits, too_many = self.engine.scan(text, path, in_program, Effort())
        self._keep(path, hits, too_many, None if in_program else text, 0)

    def _match_waiting(self) -> None:
        texts, self.waiting, self.waiting_bytes = self.waiting, [], 0
        try:
            for number, hits, too_many in self.engine.scan_joined(texts):
                self._keep(texts[number][0], hits, too_many, texts[number][1], 0)
        except Exception as error:  # the library's: whoever of them it was, none can be said to have been looked at
            for path, _ in texts:
                self.gaps[path] = gap_of("secret", path, error)

    def _keep(self, path: str, hits: list[Hit], too_many: bool, text: bytes | None, lines: int) -> None:
        """``text`` is what the hits are in, ``lines`` the number of lines before it; None: a program has no lines."""
        if too_many:
            reason = "secret: more matches of rules than are looked at; the first were"
            self.gaps[path] = Gap("limit-reached", path, reason)
        line, counted = lines + 1, 0
        for hit in hits:
            if text is not None:
                line, counted = line + text.count(b"\n", counted, hit.start), hit.start
            if not self._add(hit.rule, path, 0 if text is None else line, hit.value):
                break

    def finish(self) -> tuple[SecretFacts, tuple[Gap, ...]]:
        if self.waiting:
            self._match_waiting()
        return SecretFacts(tuple(sorted(self.found))), tuple(sorted(self.gaps.values()))

    def _add(self, rule: Rule, path: str, line: int, value: bytes) -> bool:
        """Whether there was room for the finding."""
        if len(self.found) >= limits.SECRETS_PER_LAYER:
            self.gaps[""] = Gap("limit-reached", "", "secret: more findings in one layer than are kept")
            return False
        fact = SecretFact(
            path, line, rule.id, value_hash(value, self.settings.salt), masked(value) if value else "",
            rule.title, rule.severity, rule.remediation,
        )  # fmt: skip
        self.found.add(fact)
        return True
