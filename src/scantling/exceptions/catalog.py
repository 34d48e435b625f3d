"""Which file is read how. The name decides; a file given by hand under another name is told by what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scantling.guard import limits
from scantling.guard.user_file import read_bounded
from scantling.model.errors import UsageError

if TYPE_CHECKING:
    from .entry import Entry

OWN = "scantling-ignore.yaml"
FOUND_BY_ITSELF = (OWN, ".trivyignore", ".trivyignore.yaml")  # in the working directory, as Trivy's users expect


def read_exceptions(path: Path, require: Sequence[str] | None = None) -> tuple[Entry, ...]:
    """The entries of the file at ``path``. ``require`` are the terms that each must carry (None: all three in our own
    format, none in others', which have no place for them). Raises ``UsageError`` naming file and line."""
    from . import grype, own_format, snyk, trivy  # not for a scan that has no exceptions

    data = read_bounded(path, limits.SETTINGS_BYTES, "cannot read the exceptions")
    if len(data) > limits.SETTINGS_BYTES:
        raise UsageError(f"the exceptions are more than {limits.SETTINGS_BYTES} bytes", where=str(path))
    where = str(path)
    name = path.name
    if name in {".grype.yaml", "grype.yaml", ".grype.yml"}:
        entries = grype.read(data, where)
    elif name == ".snyk":
        entries = snyk.read(data, where)
    elif name in {".trivyignore.yaml", "trivyignore.yaml", ".trivyignore.yml"}:
        entries = trivy.read_yaml(data, where)
    elif path.suffix in {".yaml", ".yml"}:
        if b"\nignore:" not in b"\n" + data and any(b"\n%b:" % word in b"\n" + data for word in _TRIVY):
            entries = trivy.read_yaml(data, where)
        else:
            return own_format.read(data, where, own_format.TERMS if require is None else tuple(require))
    else:
        entries = trivy.read_lines(data, where)
    for entry in entries:
        missing = [term for term in require or () if not getattr(entry, term)]
        if missing:
            raise UsageError(
                f"the exception for {entry.id} has no {missing[0]}, which the policy requires",
                where=str(entry.place),
                hint=f"move it to {OWN}, which has a place for it",
            )
    return entries


_TRIVY = (b"vulnerabilities", b"misconfigurations", b"secrets", b"licenses")


def found_in(directory: Path) -> tuple[Path, ...]:
    """The files that are read without being named."""
    return tuple(path for name in FOUND_BY_ITSELF if (path := directory / name).is_file())
