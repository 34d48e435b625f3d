"""``.manifest`` of an OPA bundle: the roots that it claims and the version of Rego that its modules are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scantling.guard import limits, strict_json
from scantling.model.errors import Malformed, UsageError

NAME = ".manifest"


@dataclass(frozen=True, slots=True)
class Manifest:
    """``versions`` maps patterns of paths to 0 or 1, ``version`` is for all others (None: not said)."""

    roots: tuple[str, ...] = ("",)
    version: int | None = None
    versions: dict[str, int] = field(default_factory=dict)

    def version_of(self, path: str) -> int | None:
        """The version that the module at ``path`` ("/policy/main.rego") is said to be."""
        from fnmatch import fnmatchcase

        for pattern, version in self.versions.items():
            if fnmatchcase(path.strip("/"), pattern.strip("/")):
                return version
        return self.version


def parse(data: bytes, where: str) -> Manifest:
    """The manifest in ``data``. Raises ``UsageError``."""
    try:
        value: Any = strict_json.loads(data, max_bytes=limits.SETTINGS_BYTES, where="")
    except Malformed as error:
        raise UsageError(f"the bundle's manifest is {error.what}", where=where) from None
    roots = value.get("roots", [""]) if isinstance(value, dict) else None
    version = value.get("rego_version") if isinstance(value, dict) else None
    files = value.get("file_rego_versions", {}) if isinstance(value, dict) else {}
    if (
        not isinstance(roots, list)
        or not all(isinstance(root, str) for root in roots)
        or version not in (None, 0, 1)
        or not isinstance(files, dict)
        or not all(one in (0, 1) for one in files.values())
    ):
        raise UsageError("the bundle's manifest has roots (a list of paths) and rego_version (0 or 1)", where=where)
    return Manifest(tuple(roots) or ("",), version, dict(files))
