"""VEX that is attached to the image itself, looked for where the user asks for it (``--vex oci``).

Whoever may write to the repository may attach it, so that without a key it is believed as far as the registry is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from scantling.model.coverage import Gap
from scantling.model.errors import Malformed, Unscannable

if TYPE_CHECKING:
    from scantling.attest.found import Found
    from scantling.exceptions.vex.statement import Statement
    from scantling.source.open_image import OpenImage
    from scantling.source.shelf import Shelf

    from .excuse import AttachedVex

_GAP = "vex-not-read"


def attached_vex(image: OpenImage, asked: AttachedVex) -> tuple[tuple[Statement, ...], tuple[Gap, ...]]:
    """The OpenVEX statements attached to ``image`` or to the index that it was reached by, and what could not be read
    or does not count: findings that these would silence stay, so that none of it blocks."""
    from scantling.source.shelf import shelf_of

    where = image.info.reference
    shelf = shelf_of(image)
    if shelf is None:
        return (), (Gap(_GAP, where, "nothing can be attached to an image there (--vex oci)", blocks=False),)
    statements: list[Statement] = []
    gaps: set[Gap] = set()
    try:
        for one in _read(shelf, asked):
            if isinstance(one, Gap):
                gaps.add(one)
            else:
                statements.append(one)
    except Unscannable as error:
        return (), (Gap(_GAP, where, str(error), blocks=False),)
    return tuple(statements), tuple(sorted(gaps))


def _read(shelf: Shelf, asked: AttachedVex) -> Iterator[Statement | Gap]:
    from scantling.attest.found import envelopes

    for found in envelopes(shelf, ("openvex",), unsigned=asked.key is None):
        try:
            yield from _of(found, shelf, asked)
        except Malformed as error:
            yield Gap(_GAP, found.where, error.what, blocks=False)


def _of(found: Found, shelf: Shelf, asked: AttachedVex) -> Iterator[Statement | Gap]:
    """Raises ``Malformed``."""
    from scantling.attest import statement
    from scantling.attest.predicates import word_of
    from scantling.exceptions.vex import openvex

    if asked.key is not None and not found.envelope.is_signed_by(asked.key):
        raise Malformed("not signed with the key (--vex-key), or changed since: not followed", where=found.where)
    said = statement.parse(found.envelope.payload, found.where)
    if word_of(said.predicate_type) != "openvex":
        return  # another kind of statement, which said nothing of its kind on the outside
    if said.subjects.isdisjoint(shelf.digests):
        raise Malformed("about another image: not followed", where=found.where)
    if not isinstance(said.predicate, Mapping):
        raise Malformed("not an OpenVEX document", where=found.where)
    trust = "signed" if asked.key is not None else "signature not verified"
    try:
        yield from openvex.read(said.predicate, f"attached to the image, {trust}, {found.where}")
    except (AttributeError, TypeError, ValueError) as error:  # a list where an object belongs, and the like
        raise Malformed(f"not an OpenVEX document: {type(error).__name__}", where=found.where) from None
