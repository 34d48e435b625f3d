"""What the user named, taken apart: the transport, and the name or path in it (skopeo's spelling)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scantling.model.errors import Unscannable, UsageError

from .archive_file import ArchiveFile, open_regular

NAMED = ("registry", "docker", "podman", "containerd")
PATHS = ("oci", "oci-archive", "docker-archive", "dir", "sbom")
_HINT = "write NAME[:TAG], a path, or one of " + " ".join(f"{prefix}:" for prefix in (*NAMED, *PATHS))
_SNIFFED = 512


@dataclass(frozen=True, slots=True)
class Target:
    """``transport`` is "" for a bare name (a daemon, else a registry). ``value`` is the name or the path;
    ``selector`` says which image of a path ("" for the only one)."""

    transport: str
    value: str
    selector: str = ""


def parse_target(text: str) -> Target:
    """``text`` taken apart; looks at the file system only to tell paths from names. Raises ``UsageError``."""
    if not text or text != text.strip() or "\0" in text:
        raise UsageError("no target given" if not text.strip() else "not a target", where=text[:200], hint=_HINT)
    prefix, colon, rest = text.partition(":")
    if colon and prefix in (*NAMED, *PATHS):
        if not rest:
            raise UsageError(f"{prefix}: names nothing", where=text, hint=_HINT)
        if prefix in NAMED:
            return Target(prefix, rest.removeprefix("//"))
        if prefix in {"dir", "sbom"}:
            return Target(prefix, rest)
        return Target(prefix, *_split(rest))
    is_path = text.startswith(("/", "./", "../", "~/")) or text in {".", "..", "~"}
    path = Path(text).expanduser()
    if is_path:
        return _recognise(path)
    if path.is_file() or (path / "index.json").is_file():  # any other directory needs "./": names win
        return _recognise(path)
    return Target("", text)


def _split(text: str) -> tuple[str, str]:
    """Path and selector: the longest part that exists is the path; when none does, skopeo's first colon decides."""
    end = len(text)
    while end > 0:
        if Path(text[:end]).exists():
            return text[:end], text[end + 1 :]
        end = text.rfind(":", 0, end)
    path, _, selector = text.partition(":")
    return path, selector


def _recognise(path: Path) -> Target:
    """The transport of a path, by what is there. Raises ``Unscannable``."""
    name = str(path)
    if path.is_dir():
        is_layout = (path / "index.json").is_file() and (path / "blobs").is_dir()
        return Target("oci" if is_layout else "dir", name)
    with open_regular(path) as file:
        head = file.read(_SNIFFED)
    if head.lstrip()[:1] in {b"{", b"<"} or head.startswith(b"SPDXVersion:"):
        return Target("sbom", name)
    if not head.startswith(b"\x1f\x8b") and head[257:262] != b"ustar":
        raise Unscannable("neither an image archive nor a directory", where=name, hint=_HINT)
    archive = ArchiveFile(path)
    if archive.holds("manifest.json"):
        return Target("docker-archive", name)
    if archive.holds("index.json"):
        return Target("oci-archive", name)
    raise Unscannable(
        "a tar archive, but not of an image: it holds neither manifest.json nor index.json",
        where=name,
        hint="for a root file system unpack it and scan dir:PATH",
    )
