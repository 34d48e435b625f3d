"""The GitHub Action's scan step, run as a runner does: inputs as environment, outputs and summary as files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support import oci

REPOSITORY = Path(__file__).resolve().parents[2]
SECRET = "AKIA" + "QWERTYUIOPASDFGH"  # in the form that AWS documents; nobody's


def scan_step() -> dict[str, object]:
    action = yaml.safe_load((REPOSITORY / "action.yml").read_text())
    (step,) = (step for step in action["runs"]["steps"] if step.get("id") == "scan")
    inputs = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
    return {"run": step["run"], "env": step["env"], "inputs": inputs}


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A runner's temporary directory with the program in it, as the step before leaves it."""
    binaries = tmp_path / "runner" / "scantling-venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "scantling").symlink_to(Path(sys.executable).parent / "scantling")
    return tmp_path / "runner"


def run(runner: Path, event: str = "push", **given: str) -> tuple[int, dict[str, str], str, str]:
    """The step's own code, its outputs, its summary and what it said."""
    step = scan_step()
    inputs = {**step["inputs"], "scanners": "secret"} | {name.replace("_", "-"): text for name, text in given.items()}  # type: ignore[dict-item]
    environ = {name: text for name, text in os.environ.items() if not name.startswith(("GITHUB_", "SCANTLING_"))}
    for name, expression in step["env"].items():  # type: ignore[attr-defined]
        key = expression.split("inputs.")[1].split()[0]
        environ[name] = inputs[key] or (str(runner / "cache") if key == "cache-dir" else "")
    output, summary = runner / "output", runner / "summary"
    output.write_text("")
    summary.write_text("")
    environ |= {"RUNNER_TEMP": str(runner), "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary),
                "GITHUB_EVENT_NAME": event, "GITHUB_WORKSPACE": str(runner)}  # fmt: skip
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", str(step["run"])],
        cwd=runner, env=environ, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return done.returncode, outputs, summary.read_text(), done.stdout + done.stderr


def layout(path: Path, *files: str) -> str:
    body = f"aws_key = {SECRET}\n"
    return f"oci:{oci.build_layout(path, [oci.tar(dict.fromkeys(files, body))])}:latest"


def test_a_finding_fails_the_gate_after_the_reports(runner: Path, tmp_path: Path) -> None:
    code, outputs, summary, said = run(runner, image_ref=layout(tmp_path / "image", "app/a.env"), exit_code="7")
    assert code == 0, said  # the step that follows the reports gives the code
    assert outputs["exit-code"] == "7"
    assert (outputs["outcome"], outputs["findings"]) == ("fail", "1")
    for name in ("json", "sarif", "html", "markdown"):
        assert Path(outputs[f"report-{name}"]).stat().st_size > 100
    assert "app/a.env" in summary
    assert SECRET not in summary + said + "".join(Path(outputs[f"report-{n}"]).read_text() for n in ("json", "html"))


def test_a_pull_request_is_held_against_the_last_push(runner: Path, tmp_path: Path) -> None:
    name = f"oci:{tmp_path / 'image'}"
    layout(tmp_path / "image", "app/old.env")
    assert run(runner, "push", image_ref=f"{name}:latest")[1]["findings"] == "1"
    (tmp_path / "image").rename(tmp_path / "old")
    layout(tmp_path / "image", "app/old.env", "app/new.env")
    _, outputs, _, said = run(runner, "pull_request", image_ref=f"{name}:latest")
    assert (outputs["new"], outputs["fixed"]) == ("1", "0"), said
    outputs = run(runner, "pull_request", image_ref=f"{name}:latest", exit_code="1", only_new="true")[1]
    assert outputs["exit-code"] == "1"
    outputs = run(runner, "push", image_ref=f"{name}:latest")[1]
    assert "new" not in outputs  # the base branch has nothing to be held against


def test_what_cannot_be_scanned_has_a_code_and_no_report(runner: Path, tmp_path: Path) -> None:
    code, outputs, summary, _ = run(runner, image_ref=f"oci:{tmp_path / 'absent'}")
    assert code == 0
    assert outputs == {"exit-code": "3"}
    assert summary == ""


@pytest.mark.parametrize("name", ["severity", "image_ref", "skip_dirs", "dockerfile", "timeout"])
def test_an_input_is_never_a_command(name: str, runner: Path, tmp_path: Path) -> None:
    given = {"image_ref": layout(tmp_path / "image", "a.env"), name: '"; touch pwned; $(touch pwned) `touch pwned` #'}
    _, outputs, _, said = run(runner, **given)
    assert not (runner / "pwned").exists()
    assert outputs["exit-code"] in {"0", "2", "3"}, said


def test_configuration(runner: Path, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "Dockerfile").write_text("FROM debian\nRUN curl http://x | sh\n")
    _, outputs, _, said = run(runner, scan_type="config", scan_ref=str(tmp_path / "src"), exit_code="1")
    assert outputs["exit-code"] == "1", said
    assert int(outputs["findings"]) > 0
