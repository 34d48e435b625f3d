"""``scantling compliance show PACK``: what a pack checks, and what it leaves to people."""

from __future__ import annotations

from ..outputs import write_stdout
from ..settings import Settings


def run(settings: Settings) -> int:
    from scantling.compliance.pack import read_pack
    from scantling.compliance.words import in_words
    from scantling.guard.display import printable

    pack = read_pack(settings.argument)
    lines = [f"{pack.id}: {pack.title} ({pack.framework})", f"digest sha256:{pack.digest}"]
    if pack.source_url:
        lines.append(pack.source_url)
    for control in pack.controls:
        lines += ["", f"{control.id}  {control.title}", f"  {control.asks}"]
        lines += [f"  - {in_words(check)}" for check in control.checks]
        if control.attest:
            lines.append(f"  to attest: {control.attest}")
        elif control.needs_person:
            lines.append("  a person decides")
    write_stdout("".join(f"{printable(line)}\n" for line in lines).encode())
    return 0
