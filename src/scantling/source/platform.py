"""Which of an index's images to take (OCI image-index.md, platform)."""

from __future__ import annotations

import platform as machine
import re
from dataclasses import dataclass

from scantling.model.errors import UsageError

from . import json_shape as shape

_PART = re.compile(r"[A-Za-z0-9._-]{1,64}")
# uname's machine names and the habits of users, as Go calls them
_ARCHITECTURES = {
    "x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "armv7l": "arm", "armv6l": "arm", "armhf": "arm",
    "i386": "386", "i686": "386", "ppc64el": "ppc64le", "loong64": "loong64", "loongarch64": "loong64",
}  # fmt: skip
_PLAIN_VARIANT = {"arm64": "v8", "amd64": "v1"}  # what no variant means


@dataclass(frozen=True, slots=True, order=True)
class Platform:
    """``os`` and ``architecture`` as Go names them; ``variant`` is "" for the architecture's plain one."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)

    @property
    def is_unknown(self) -> bool:
        """True for BuildKit's attestations, which sit in an index as ``unknown/unknown``."""
        return self.os == "unknown" or self.architecture == "unknown"

    def accepts(self, other: Platform) -> bool:
        """True when an image of ``other`` is what this platform asks for; no variant asks for any."""
        same = (self.os, self.architecture) == (other.os, other.architecture)
        return same and self.variant in {"", other.variant}


def parse_wish(text: str) -> Platform:
    """``os/arch[/variant]``, as ``--platform`` takes it; "" is Linux on this machine. Raises ``UsageError``."""
    if not text:
        return _normal("linux", machine.machine() or "amd64", "")
    parts = text.split("/")
    if not 2 <= len(parts) <= 3 or not all(map(_PART.fullmatch, parts)):
        raise UsageError("not a platform", where=text[:100], hint="write os/arch or os/arch/variant, as linux/arm64")
    return _normal(parts[0], parts[1], parts[2] if len(parts) == 3 else "")


def parse_entry(value: object, where: str) -> Platform | None:
    """An index entry's or a configuration's platform, None when it gives none. Raises ``Malformed``."""
    entry = shape.mapping(value, where)
    names = [shape.text(entry.get(key), f"{where}.{key}") for key in ("os", "architecture", "variant")]
    return _normal(*names) if names[0] or names[1] else None


def _normal(os_name: str, architecture: str, variant: str) -> Platform:
    architecture = architecture.lower()
    architecture = _ARCHITECTURES.get(architecture, architecture)
    variant = "" if variant == _PLAIN_VARIANT.get(architecture) else variant
    return Platform(os_name.lower(), architecture, variant)
