"""A bill of materials as a target: the user's own file, whole and bounded. What is in it is for ``analyze.sbom``."""

from __future__ import annotations

from pathlib import Path

from scantling.guard import limits
from scantling.model.errors import Unscannable, UsageError
from scantling.model.image import ImageInfo

from .archive_file import open_regular
from .reference import parse_reference
from .target import NAMED, PATHS

_CHUNK = 1 << 20


def read_document(path: Path) -> bytes:
    """The bytes of ``path``. Raises ``Unscannable`` when it cannot be read or is too long."""
    data = bytearray()
    with open_regular(path) as file:
        while chunk := file.read(_CHUNK):
            data += chunk
            if len(data) > limits.SBOM_BYTES:
                raise Unscannable(
                    f"the SBOM document is longer than {limits.SBOM_BYTES} bytes",
                    where=str(path),
                    hint="leave file entries out of it, or scan the image itself",
                )
    return bytes(data)


def describe_document(target: str, subject: str) -> ImageInfo:
    """What is known of the image from the outside. The repository is that of the ``subject`` the document names, so
    that findings are the same as the image's own; a digest in the document is a claim and is not taken over."""
    return ImageInfo(reference=target, kind="sbom", repository=_repository(subject) or Path(target).name)


def _repository(subject: str) -> str:
    prefix, colon, rest = subject.partition(":")
    if colon and prefix in PATHS:  # as Scantling itself names what it scanned
        return Path(rest).name.partition(":")[0]
    subject = rest if colon and prefix in NAMED else subject
    if subject.startswith(("/", "./", "../")):
        return Path(subject).name
    try:
        return parse_reference(subject).name
    except UsageError:
        return subject[: limits.PACKAGE_NAME_CHARS]
