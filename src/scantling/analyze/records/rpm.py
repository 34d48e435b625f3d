"""The file digests of rpm's database (rpm's manual, "Tags": FILEDIGESTS, FILEDIGESTALGO, FILEFLAGS)."""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Iterator

from scantling.analyze.os.rpm import header as tags
from scantling.analyze.os.rpm.database import DATABASES, blobs_of
from scantling.analyze.os.rpm.header import Header, parse
from scantling.analyze.os.rpm.package import file_paths
from scantling.analyze.os.text import Complaints
from scantling.guard import limits
from scantling.model.errors import Malformed

from .stated import Stated, is_system

_ALGORITHMS = {0: "md5", 1: "md5", 2: "sha1", 8: "sha256"}  # RFC 4880, section 9.4; none stated: MD5
_LENGTHS = {"md5": 16, "sha1": 20, "sha256": 32}
_CONFIG, _GHOST = 1, 64  # meant to be changed; made at run time (rpm's rpmfiles.h)


def wants(path: str) -> bool:
    """Whether ``path`` is a database of one of the three formats."""
    return path in DATABASES


def read(path: str, data: bytes) -> Iterator[Stated]:
    """Each package with the digests of its files. What cannot be read of the database the packages' analyzer says."""
    complaints = Complaints(path)
    for count, blob in enumerate(blobs_of(path, data, complaints)):
        if count >= limits.PACKAGES_PER_FILE:
            break
        header = parse(blob)
        stated = _stated(path, header)
        if stated is not None:
            yield stated


def _stated(path: str, header: Header) -> Stated | None:
    digests = header.texts(tags.FILEDIGESTS, limits.OWNED_PER_FILE)
    algorithm = _ALGORITHMS.get(next(iter(header.numbers(tags.FILEDIGESTALGO, 1)), 0), "")
    if not digests or not algorithm:
        return None
    files = file_paths(header)
    flags = header.numbers(tags.FILEFLAGS, limits.OWNED_PER_FILE)
    if len(files) != len(digests) or (flags and len(flags) != len(files)):
        raise Malformed(f"{len(files)} files with {len(digests)} digests and {len(flags)} flags")
    owner = header.text(tags.NAME)[: limits.PACKAGE_NAME_CHARS].decode("utf-8", "replace")
    stated = Stated(path, "rpm", owner, algorithm)
    length = _LENGTHS[algorithm]
    for number, (file, digest) in enumerate(zip(files, digests, strict=True)):
        if len(digest) == 2 * length and not (flags and flags[number] & (_CONFIG | _GHOST)) and is_system(file):
            try:
                stated.sums[file] = unhexlify(digest)
            except ValueError as error:
                raise Malformed(f"the digest of a file of {owner} is no hexadecimal number") from error
    return stated
