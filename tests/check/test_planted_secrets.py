"""What people leave in images is found where they leave it: every planted secret, in layers and after deletion."""

from __future__ import annotations

from pathlib import Path

from scantling.analyze.inspectors import InspectorSettings
from scantling.pipeline.options import ScanOptions
from scantling.pipeline.scan import scan
from scantling.secret.settings import SecretSettings
from support.oci import build_layout
from support.planted_java import java_plants
from support.planted_secrets import plants
from support.tars import Member, tar


def test_every_secret_of_a_java_application_is_found_in_its_own_archive(tmp_path: Path) -> None:
    planted = java_plants(seed=20)
    assert len({plant.path for plant in planted}) == len(planted) == 20
    layout = build_layout(tmp_path / "image", [tar([Member(plant.path, plant.content) for plant in planted])])
    inspectors = InspectorSettings(SecretSettings(cache_dir=tmp_path))
    options = ScanOptions(cache_dir=tmp_path, scanners=frozenset({"secret"}), inspectors=inspectors)
    found = {finding.path.partition("!/")[0] for finding in scan(f"oci:{layout}:latest", options).findings}
    assert [f"{p.kind}: {p.path}" for p in planted if p.path not in found] == []


def test_every_planted_secret_is_found_and_no_value_leaves(tmp_path: Path) -> None:
    planted = plants(seed=20)
    assert len(planted) >= 60
    gone = [Member(str(Path(p.path).with_name(f".wh.{Path(p.path).name}")), b"") for p in planted if p.deleted]
    layers = [tar([Member(plant.path, plant.content) for plant in planted]), tar(gone)]
    layout = build_layout(tmp_path / "image", layers)
    cache = tmp_path / "cache"
    options = ScanOptions(
        cache_dir=cache, scanners=frozenset({"secret"}), inspectors=InspectorSettings(SecretSettings(cache_dir=cache))
    )
    report = scan(f"oci:{layout}:latest", options)
    found = {finding.path: finding for finding in report.findings}
    assert [f"{p.kind}: {p.path}" for p in planted if p.path not in found] == []
    for plant in planted:
        assert ("deleted" in found[plant.path].title) is plant.deleted
