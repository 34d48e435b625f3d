"""What to post, and the one way to do it: our comment is found and renewed, or made; a commit gets a status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scantling.net.failure import ConnectionFailed
from scantling.net.retry import Attempts

from .annotations import Annotation
from .api import NotPosted


@dataclass(frozen=True, slots=True)
class Comment:
    """``marker`` is the first line of ``body``: the hidden name by which the comment is found again."""

    marker: str
    body: str


@dataclass(frozen=True, slots=True)
class Status:
    """``outcome`` is "pass", "fail" or "neutral" (no gate was asked, and something was not looked at). ``name`` is what
    the forge calls it, ``title`` one line, ``summary`` Markdown. ``left_out`` annotations are not among those given."""

    name: str
    outcome: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A comment of ours that is there already."""

    id: int
    body: str


class Forge(Protocol):
    """GitHub or GitLab. Each call raises ``NotPosted`` or ``Unscannable``."""

    def find(self, marker: str) -> Found | None: ...
    def create(self, body: str) -> None: ...
    def update(self, found: Found, body: str) -> None: ...
    def set_status(self, status: Status) -> str: ...  # what was set, in words


def put_comment(forge: Forge, comment: Comment, attempts: Attempts) -> str:
    """Say ``comment`` once; what was done, in a word.

    A comment is never sent twice blindly: an answer that was lost may have made it, so we look again first."""
    while True:
        found = forge.find(comment.marker)
        if found is not None:
            if found.body.strip() == comment.body.strip():
                return "unchanged"
            forge.update(found, comment.body)
            return "updated"
        try:
            forge.create(comment.body)
        except (NotPosted, ConnectionFailed) as error:
            passing = not isinstance(error, NotPosted) or error.may_pass
            if passing and attempts.again():
                continue
            raise
        return "created"


def first_line(text: str) -> str:
    """What a marker is compared with: forges may change line ends."""
    return text.lstrip().split("\n", 1)[0].strip()


def in_pieces(annotations: Sequence[Annotation], size: int) -> list[Sequence[Annotation]]:
    """At most ``size`` each; one empty piece for none."""
    return [annotations[start : start + size] for start in range(0, len(annotations), size)] or [()]
