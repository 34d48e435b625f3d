"""One scan of a real Debian image in a pipeline: gate, audit trail, notification, comment on a pull request."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from support import crooked_registry, forge, real_image
from support.crooked_registry import Reply

pytestmark = [pytest.mark.debian, pytest.mark.feeds]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def sha256(path: Path) -> str:
    return subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]


def test_a_failed_gate_is_recorded_told_and_commented(
    image: real_image.RealImage, database: Path, workshop: Path, run: Run, tmp_path: Path
) -> None:
    report, trail = tmp_path / "report.json", tmp_path / "trail.jsonl"
    places = {
        "SCANTLING_DB": str(database),
        "SCANTLING_CACHE_DIR": str(workshop / "cache"),
        "SCANTLING_AUDIT": str(trail),
        "SCANTLING_HISTORY": str(tmp_path / "history.sqlite"),
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "jane",
        "GITHUB_TOKEN": forge.TOKEN,
    }
    with crooked_registry.running() as hook, forge.running("github") as github:
        hook.rules.append(lambda asked: Reply(200))
        words = ["--exit-code", "1", "-f", "json", "-o", str(report), "--notify", hook.url, "--notify-private"]
        scanned = run("image", f"oci:{image.layout}", *words, env=places)
        assert scanned.returncode == 1, scanned.stderr
        (told,) = [json.loads(request.body) for request in hook.requests]
        where = ["--repo", "shop/api", "--pr", "7", "--commit", forge.SHA, "--api-url", github.api, "--insecure"]
        for _ in range(2):
            posted = run("comment", str(report), "--baseline", str(report), *where, env=places)
            assert posted.returncode == 0, posted.stderr
        assert run("audit", "verify", str(trail), env=places).returncode == 0
        ((comment,), (check, _)) = (github.comments, github.checks)

    found = json.loads(report.read_text())["findings"]
    counted = [one for one in found if one["severity"] != "NEGLIGIBLE" and one["kind"] != "outdated"]
    assert told["type"] == "scantling.gate_failed"
    assert told["data"]["changes"]["totals"]["added"] == len(counted) > 100  # never seen here before
    (record,) = [json.loads(line) for line in trail.read_text().splitlines()]
    manifest = json.loads((image.layout / "index.json").read_text())["manifests"][0]["digest"]
    assert record["target"]["image_digest"] == told["data"]["target"]["image_digest"] == manifest
    assert record["database"]["digest"] == f"sha256:{sha256(database)}"
    assert record["report_digest"] == f"sha256:{sha256(report)}"
    assert record["who"]["ci"] == {"system": "github", "actor": "jane"}
    assert (record["outcome"], record["exit_code"]) == ("fail", 1)
    line = trail.read_bytes().rstrip(b"\n").replace(f'"hash":"{record["hash"]}",'.encode(), b"", 1)
    assert hashlib.sha256(line).hexdigest() == record["hash"]
    assert "0 new, 0 fixed" in comment["body"] and "❌ Gate failed" in comment["body"]
    assert check["conclusion"] == "failure"
    everything = comment["body"] + trail.read_text() + scanned.stderr + posted.stderr + posted.stdout
    assert forge.TOKEN not in everything
