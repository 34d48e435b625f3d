"""Bytes of a bill of materials into layers' facts: which format it is, and the bounds on what is read."""

from __future__ import annotations

from typing import Any

from scantling.guard import limits, strict_json
from scantling.model.errors import Malformed

from . import cyclonedx, spdx, syft
from .document import Document

_TAG_VALUE = b"SPDXVersion:"
_KNOWN = "CycloneDX JSON, SPDX JSON or tag-value, and Syft's JSON are read"


def read(data: bytes, where: str) -> Document:
    """The document in ``data``, a file called ``where``. Raises ``Malformed`` when it is none that is known."""
    if len(data) > limits.SBOM_BYTES:
        raise Malformed(f"more than the {limits.SBOM_BYTES} bytes that are read of an SBOM document")
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(b"<"):
        raise Malformed(f"XML, as CycloneDX and SPDX documents may be; {_KNOWN}: convert it to JSON")
    if not data.startswith(b"{"):
        if data.startswith(_TAG_VALUE) or b"\n" + _TAG_VALUE in data[: limits.LINE_BYTES]:
            return spdx.read_tag_value(data, where)
        raise Malformed(f"not an SBOM document; {_KNOWN}")
    # each container costs 60 bytes or more of memory for 2 of input: refuse before building them
    if data.count(b"{") + data.count(b"[") + data.count(b",") > limits.SBOM_VALUES:
        raise Malformed(f"JSON of more than {limits.SBOM_VALUES} values")
    bom: dict[str, Any] = strict_json.loads(data, max_bytes=limits.SBOM_BYTES, where=where)
    if bom.get("bomFormat") == "CycloneDX":
        return cyclonedx.read(bom, where)
    if "spdxVersion" in bom:
        return spdx.read(bom, where)
    if "artifacts" in bom and "schema" in bom:
        return syft.read(bom, where)
    if "@context" in bom:
        raise Malformed(f"JSON-LD, as SPDX 3 is; {_KNOWN}, SPDX up to 2.3")
    raise Malformed(f"JSON, but no SBOM document; {_KNOWN}")
