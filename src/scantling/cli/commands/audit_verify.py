"""``scantling audit verify PACK --key PUBLIC.pem``: whether an auditor pack is whole and signed. Needs no network."""

from __future__ import annotations

from pathlib import Path

from scantling.model.errors import UsageError

from ..outputs import write_stdout
from ..settings import Settings


def run(settings: Settings) -> int:
    if not settings["key"]:
        raise UsageError(
            "no public key to verify with", where="--key", hint="openssl ec -in key.pem -pubout -out key.pub"
        )
    from scantling.audit.pack import verify
    from scantling.guard.display import printable

    verified = verify(Path(settings.argument), Path(settings["key"]))
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
    lines += [f"  {size:>10}  {name}" for name, size in verified.members]
    lines.append("Evidence for controls, never compliance.")
    write_stdout("".join(f"{printable(line)}\n" for line in lines).encode())
    return 0
