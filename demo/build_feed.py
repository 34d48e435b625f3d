"""Make a feed mirror from the readable files under ``demo/feed``.

The advisories are about well-known vulnerabilities, in our own words. OSV exports are zip archives upstream, so they
are zipped here; the rest is put where a mirror has it. The file ``DEMO`` makes every database built from it a demo.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

FEED = Path(__file__).resolve().parent / "feed"
_EPOCH = (2026, 11, 20, 0, 0, 0)
_PLACES = {
    "DEMO": "DEMO",
    "debian/tracker.json": "debian/tracker/data/json",
    "kev/known_exploited_vulnerabilities.json": "kev/known_exploited_vulnerabilities.json",
    "epss/epss_scores-current.csv": "epss/epss_scores-current.csv",
    "endoflife/products.json": "endoflife/products.json",
    "vulnrichment/vulnrichment.jsonl": "vulnrichment/vulnrichment.jsonl",
}


def build(directory: Path) -> Path:
    """Write the mirror into ``directory`` and return it. The same call gives the same bytes every time."""
    for source, place in _PLACES.items():
        target = directory / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((FEED / source).read_bytes())
    for export in sorted((FEED / "osv").glob("*.json")):
        target = directory / "osv" / export.stem / "all.zip"
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for record in json.loads(export.read_text(encoding="utf-8")):
                member = zipfile.ZipInfo(f"{record['id']}.json", _EPOCH)
                archive.writestr(member, json.dumps(record, sort_keys=True))
    return directory


if __name__ == "__main__":
    build(Path(sys.argv[1]))
