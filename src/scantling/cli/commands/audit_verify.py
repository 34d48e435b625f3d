"""``scantling audit verify FILE``: whether an auditor pack is whole and signed (``--key PUBLIC.pem``), or an audit
trail unbroken. Needs no network."""

from __future__ import annotations

from pathlib import Path

from scantling.guard.display import printable
from scantling.model.errors import ScantlingError, UsageError

from ..console import say, say_error
from ..outputs import write_stdout
from ..settings import Settings

_UNFINISHED = 4  # incomplete: a verdict was to be recorded and is not there


def run(settings: Settings) -> int:
    from scantling.audit.trail_verify import is_trail

    path = Path(settings.argument)
    return _trail(path, settings) if is_trail(path) else _pack(path, settings)


def _trail(path: Path, settings: Settings) -> int:
    from scantling.audit.chain import parse_head
    from scantling.audit.trail_verify import verify

    expected = parse_head(settings["expect_head"]) if settings["expect_head"] else None
    trail = verify(path, expected)
    lines = [
        f"unbroken: {trail.head.sequence} record(s), {trail.first} to {trail.last}",
        f"head      {trail.head}",
        f"outcomes  {', '.join(f'{count} {name}' for name, count in sorted(trail.outcomes.items()))}",
    ]
    if expected is not None:
        lines.append(f"kept      record {expected.sequence} is there as it was")
    if trail.recovered:
        numbers = ", ".join(map(str, trail.recovered[:20])) + (" ..." if len(trail.recovered) > 20 else "")
        lines.append(f"unfinished lines (a writer was killed), stated by the record after them: {numbers}")
    if trail.backwards:
        lines.append(f"the clock went backwards before record {trail.backwards}")
    _write(lines)
    if trail.unfinished:
        what = f"an unfinished record of {trail.unfinished} bytes at the end: a writer was killed"
        say_error(ScantlingError(what, where=str(path), hint="its verdict is not known; the next record will state it"))
        return _UNFINISHED
    if expected is None and not settings["quiet"]:
        say("note: that records were cut off the end shows only against a head kept elsewhere (--expect-head)")
    return 0


def _pack(path: Path, settings: Settings) -> int:
    if settings["expect_head"]:
        raise UsageError("the file is an auditor pack, which has no head", where="--expect-head")
    if not settings["key"]:
        raise UsageError(
            "no public key to verify with", where="--key", hint="openssl ec -in key.pem -pubout -out key.pub"
        )
    from scantling.audit.pack import verify

    verified = verify(path, Path(settings["key"]))
    told = verified.manifest
    lines = [
        f"whole, and signed with the key {verified.key_id}",
        f"image     {told['image']}",
        f"digest    {told['image_digest'] or told['config_digest']}",
        f"period    {told['period']['from']} to {told['period']['to']}, {told['reports']} report(s)",
        f"last scan {told['last_scan']}, {told['last_status']}, verdict {told['last_outcome']}",
    ]
    lines += [
        f"controls  {one['pack']}: {one['passed']} pass, {one['failed']} fail, {one['not_checkable']} not checkable"
        for one in told["compliance"]
    ]
    if verified.trail is not None:
        part = verified.trail
        lines.append(f"trail     records {part.start} to {part.head.sequence}, unbroken, {part.first} to {part.last}")
    lines += [f"  {size:>10}  {name}" for name, size in verified.members]
    lines.append("Evidence for controls, never compliance.")
    _write(lines)
    return 0


def _write(lines: list[str]) -> None:
    write_stdout("".join(f"{printable(line)}\n" for line in lines).encode())
