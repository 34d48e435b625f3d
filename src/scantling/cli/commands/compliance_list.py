"""``scantling compliance list``: the packs that are shipped."""

from __future__ import annotations

from ..outputs import write_stdout
from ..settings import Settings


def run(_settings: Settings) -> int:
    from scantling.compliance.pack import read_pack, shipped

    packs = [read_pack(name) for name in shipped()]
    width = max(len(pack.id) for pack in packs)
    lines = ["Compliance packs (--compliance NAME; scantling compliance show NAME):"]
    lines += [f"  {pack.id:<{width}}  {pack.title} ({pack.framework}), {len(pack.controls)} controls" for pack in packs]
    write_stdout("".join(f"{line}\n" for line in lines).encode())
    return 0
