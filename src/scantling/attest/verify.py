"""Which of the statements found count: signed with the key, about this very image, the newest of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from scantling.model.errors import Malformed

from . import statement
from .found import Found
from .predicates import moment_of, word_of
from .statement import Statement

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class Verified:
    """``moment`` is when what the statement says was so, by what was signed."""

    word: str
    statement: Statement
    moment: datetime
    where: str


@dataclass(frozen=True, slots=True)
class Checked:
    """``image`` is the digest that all is held against. ``newest`` has one statement for each
    kind; ``older`` counts those beside them. ``refused`` says in words what else was found, and why it does not
    count."""

    image: str
    newest: tuple[Verified, ...]
    older: int
    refused: tuple[str, ...]

    def of(self, word: str) -> Verified | None:
        """The statement of that kind."""
        return next((one for one in self.newest if one.word == word), None)


def check(found: Iterable[Found], key: EllipticCurvePublicKey, image: str) -> Checked:
    """``found`` held against ``key`` and the digest of the image's manifest (not of an index: a statement that names
    the index alone says nothing of one of its platforms)."""
    valid: list[Verified] = []
    refused: list[str] = []
    for one in found:
        if not one.envelope.is_signed_by(key):
            refused.append(f"{one.where}: not signed with this key, or changed since")
            continue
        try:
            said = statement.parse(one.envelope.payload, one.where)
        except Malformed as error:
            refused.append(f"{one.where}: {error.what}")
            continue
        word = word_of(said.predicate_type)
        if image not in said.subjects:
            refused.append(f"{one.where}: about another image")
            continue
        if not word:
            refused.append(f"{one.where}: of an unknown kind, {said.predicate_type[:120]}")
            continue
        moment = moment_of(word, said.predicate)
        if moment is None:
            refused.append(f"{one.where}: it does not say when that was so")
            continue
        valid.append(Verified(word, said, moment, one.where))
    newest: dict[str, Verified] = {}
    for each in sorted(valid, key=lambda each: (each.moment, each.where)):
        newest[each.word] = each
    return Checked(
        image, tuple(newest[word] for word in sorted(newest)), len(valid) - len(newest), tuple(sorted(refused))
    )
