"""What a user's file says is no secret after all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .places import compiled

if TYPE_CHECKING:
    from .confirm import Hit


@dataclass(frozen=True, slots=True)
class Allow:
    """One allow list, as gitleaks has them: ``paths`` and ``regexes`` are RE2 expressions, ``stopwords`` words in the
    value (small letters). ``target`` is what the expressions are held against: "secret", "match" or "line".
    ``all_of``: everything that is given must hold, not any of it."""

    paths: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()
    stopwords: tuple[str, ...] = ()
    target: str = "secret"
    all_of: bool = False

    def holds(self, hit: Hit, data: bytes, path: str) -> bool:
        """Whether ``hit`` is allowed."""
        said = []
        if self.paths:
            said.append(any(compiled(pattern).search(path) for pattern in self.paths))
        if self.regexes:
            text = self._target(hit, data).decode("latin-1")
            said.append(any(compiled(pattern).search(text) for pattern in self.regexes))
        if self.stopwords:
            low = hit.value.lower().decode("latin-1")
            said.append(any(word in low for word in self.stopwords))
        return bool(said) and (all(said) if self.all_of else any(said))

    def _target(self, hit: Hit, data: bytes) -> bytes:
        if self.target == "secret":
            return hit.value
        start = max(data.rfind(b"\n", max(0, hit.start - 2000), hit.start) + 1, hit.start - 2000, 0)
        end = data.find(b"\n", hit.end, hit.end + 2000)
        return data[start : end if end >= 0 else hit.end + 2000]
