"""The inventory of an SBOM document, parsed in a child process as layers are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from scantling.analyze.merge import merge
from scantling.model.errors import Malformed, Unscannable
from scantling.model.facts import LayerFacts
from scantling.model.image import ImageInfo
from scantling.model.package import Inventory
from scantling.source.sbom import describe_document, read_document

from . import workers

_HINT = "scantling sbom takes CycloneDX 1.2-1.6 JSON, SPDX 2.2-2.3 JSON or tag-value, or Syft's JSON"


@dataclass(frozen=True, slots=True)
class _Parsed:
    subject: str
    layers: tuple[LayerFacts, ...]


def inventory_of_document(
    path: Path, target: str, pkg_types: frozenset[str], deadline: float
) -> tuple[ImageInfo, Inventory]:
    """What the document at ``path`` says is in the image. Raises ``Unscannable`` for anything that is no such document;
    single bad components are gaps."""
    import msgspec

    data = read_document(path)

    def work(_job: int) -> bytes:
        from scantling.analyze.sbom.facts import layer_facts
        from scantling.analyze.sbom.read import read

        try:
            document = read(data, path.name)
        except Malformed as error:
            raise Unscannable(error.what, where=str(path), hint=_HINT) from None
        return msgspec.msgpack.encode(_Parsed(document.subject, tuple(layer_facts(document, path.name))))

    ((_, answer),) = workers.run(work, [0], 1, deadline)
    if isinstance(answer, workers.Died):
        raise Unscannable(f"the document could not be parsed: {answer.reason}", where=str(path), hint=_HINT)
    parsed = msgspec.msgpack.decode(answer, type=_Parsed)
    inventory = merge(parsed.layers, pkg_types)
    # that an application's document names no distribution is no loss: it does not claim to be a whole image
    gaps = tuple(gap for gap in inventory.gaps if gap.what != "no-os")
    return describe_document(target, parsed.subject), replace(inventory, gaps=gaps, seen=None)
