"""The contract of a check: what the image's configuration, inventory and evidence say, as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from scantling.layers.squash import View
from scantling.licence.settings import LicenceSettings
from scantling.model.coverage import Gap
from scantling.model.facts import LayerFacts
from scantling.model.finding import Finding
from scantling.model.image import ImageInfo
from scantling.model.package import Inventory
from scantling.secret.named import quieted
from scantling.secret.settings import SecretSettings

if TYPE_CHECKING:
    from msgspec.msgpack import Decoder

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is known of one image before a database is asked. ``layers`` are lowest first and ``view`` is their
    squashed tree; a document (``sbom:``) has none. ``secrets`` are the rules that the inspector used;
    ``config_secrets``: they were asked for and the configuration holds some, which no finding may quote. ``licences``
    are those that the user allows and denies."""

    info: ImageInfo
    inventory: Inventory
    layers: tuple[LayerFacts, ...]
    view: View
    secrets: SecretSettings = field(default_factory=SecretSettings)
    config_secrets: bool = False
    licences: LicenceSettings = field(default_factory=LicenceSettings)

    def evidence(self, inspector: str, type_: type[_T]) -> tuple[_T | None, ...]:
        """The facts of ``inspector``, one for each layer; None where that layer could not be inspected."""
        return evidence_of(self.layers, inspector, type_)

    def quoted(self, text: str) -> str:
        """``text`` of the configuration or history as a finding may repeat it."""
        return quieted(text, self.secrets) if self.config_secrets else text

    def is_live(self, layer: int, path: str) -> bool:
        """Whether a container would see what layer number ``layer`` has at ``path``."""
        return self.view.provides(layer, path)


@dataclass(frozen=True, slots=True)
class Check:
    """``scanner`` is the word of ``--scanners`` that asks for it. ``run`` touches no bytes and asks no clock.
    ``of_documents``: it also has something to say of a document, which has packages and nothing else."""

    id: str
    scanner: str
    run: Callable[[Scene], Iterable[Finding | Gap]]
    of_documents: bool = False


def evidence_of(layers: Iterable[LayerFacts], inspector: str, type_: type[_T]) -> tuple[_T | None, ...]:
    """``Scene.evidence`` where there is no scene yet."""
    return tuple(_decoded(facts, inspector, type_) for facts in layers)


def _decoded(facts: LayerFacts, inspector: str, type_: type[_T]) -> _T | None:
    for evidence in facts.evidence:
        if evidence.inspector == inspector and evidence.facts:
            key: Any = type_
            decoded: _T = _decoder(key).decode(evidence.facts)
            return decoded
    return None


@cache
def _decoder(type_: Any) -> Decoder[Any]:
    import msgspec

    return msgspec.msgpack.Decoder(type_)
