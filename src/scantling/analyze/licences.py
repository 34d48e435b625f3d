"""Licences that stand beside packages and not in their records: Debian's copyright files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from scantling.guard import limits
from scantling.layers.entry import Entry, Kind
from scantling.layers.squash import View
from scantling.licence.debian import licences_of
from scantling.model.coverage import Gap
from scantling.model.evidence_licence import LicenceFacts
from scantling.model.package import Inventory, Package

from .inspector import Inspecting, Inspector
from .inspectors import InspectorSettings

_START, _END = "usr/share/doc/", "/copyright"


def inspector(_: InspectorSettings) -> Inspector:
    return Inspector("licences", "license", "3", begin, LicenceFacts)


def begin() -> Inspecting:
    return _Looking()


@dataclass(slots=True)
class _Looking:
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)

    def wants(self, entry: Entry, head: bytes) -> bool:  # noqa: ARG002 - the contract's
        path = entry.path
        if entry.kind is not Kind.FILE or not path.endswith(_END) or not path.startswith(_START):
            return False
        if path.count("/") != 4:
            return False
        if entry.size > limits.PARSED_FILE_BYTES:
            self.gaps.append(Gap("limit-reached", path, f"more than {limits.PARSED_FILE_BYTES} bytes: not read"))
            return False
        return True

    def piece(self, entry: Entry, data: bytes, offset: int, last: bool) -> None:  # noqa: ARG002
        if not offset:  # what decides stands at the beginning
            self.files[entry.path] = licences_of(data)

    def finish(self) -> tuple[LicenceFacts, tuple[Gap, ...]]:
        return LicenceFacts(tuple(sorted(self.files.items()))), tuple(self.gaps)


def with_licences(inventory: Inventory, facts: Sequence[LicenceFacts | None], view: View) -> Inventory:
    """``inventory`` with the licences of the live copyright files on Debian's packages that state none themselves."""
    if not any(facts):
        return inventory
    by_layer = [dict(layer.files) if layer is not None else {} for layer in facts]

    def named(package: Package) -> Package:
        if package.type != "deb" or package.licenses:
            return package
        place = view.resolve(f"{_START}{package.name}{_END}")
        source = view.hardlink_source(place) if place is not None else None
        if source is None:
            return package
        index, stored = source
        return replace(package, licenses=by_layer[index].get(stored, ()))

    return replace(inventory, packages=tuple(map(named, inventory.packages)))
