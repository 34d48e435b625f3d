"""The physical floor: decompress every layer of an image with igzip on all cores, and do nothing else.

python tools/bench_floor.py LAYOUT TAG
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from isal import igzip_lib

_PIECE, _MOST = 256 * 1024, 1024 * 1024


def main(layout: Path, tag: str) -> int:
    """Decompress the layers of ``tag``, largest first, one child process a core."""
    blobs = sorted(_layers(layout, tag), key=lambda path: -path.stat().st_size)
    running = 0
    for blob in blobs:
        if running == (os.cpu_count() or 1):
            os.wait()
            running -= 1
        if not os.fork():
            _expand(blob)
            os._exit(0)
        running += 1
    while running:
        os.wait()
        running -= 1
    return 0


def _layers(layout: Path, tag: str) -> list[Path]:
    def blob(digest: str) -> Path:
        return layout / "blobs" / Path(*digest.split(":"))

    index = json.loads((layout / "index.json").read_text())
    name = "org.opencontainers.image.ref.name"
    chosen = next(item for item in index["manifests"] if item.get("annotations", {}).get(name) == tag)
    manifest = json.loads(blob(chosen["digest"]).read_text())
    return [blob(layer["digest"]) for layer in manifest["layers"]]


def _expand(path: Path) -> None:
    with path.open("rb") as file:
        decoder = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        while True:
            if decoder.eof:
                rest = decoder.unused_data or file.read(_PIECE)
                if not rest:
                    return
                decoder = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
                decoder.decompress(rest, _MOST)
                continue
            piece = file.read(_PIECE) if decoder.needs_input else b""
            if decoder.needs_input and not piece:
                return
            decoder.decompress(piece, _MOST)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2]))
