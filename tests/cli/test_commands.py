"""The commands as a person or a pipeline calls them. The scan itself is replaced: it has its own tests."""

import io
import json
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scantling.cli.main import main
from scantling.model.coverage import Gap
from scantling.model.errors import DatabaseUnusable, Unscannable, UsageError
from scantling.model.report import Report
from scantling.policy.evaluate import evaluate
from support.sample_report import OPENSSL, ZLIB, finding, report, rich_report

Calls = list[tuple[str, Any]]
Scan = Callable[..., Calls]


@pytest.fixture
def scan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Scan:
    """``scan(report)`` makes every scan find that; ``scan(error=...)`` makes it fail."""
    monkeypatch.chdir(tmp_path)
    for name in ("SCANTLING_DB", "SCANTLING_FEED_MIRROR", "SCANTLING_CACHE_DIR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def install(found: Report | None = None, error: BaseException | None = None) -> Calls:
        calls: Calls = []

        def fake(target: str, options: Any, progress: Any) -> Report:
            calls.append((target, options))
            progress("layers", 1, 3)
            if error is not None:
                raise error
            assert found is not None
            return replace(found, verdict=evaluate(found, options.gate))

        module = types.ModuleType("scantling.pipeline.scan")
        module.scan = fake  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "scantling.pipeline.scan", module)
        return calls

    return install


FINDINGS = (
    finding("CVE-2023-0001", OPENSSL, "CRITICAL", "3.0.11-1"),
    finding("CVE-2023-0002", OPENSSL, "MEDIUM", "3.0.10-1"),
    finding("CVE-2023-0003", ZLIB, "HIGH", status="will_not_fix"),
)
FOUND = report(FINDINGS, (OPENSSL, ZLIB))
GAP = Gap("unknown-os", "etc/os-release", "no advisories for it")


def test_the_two_pass_pipeline(scan: Scan, capsys: pytest.CaptureFixture[str]) -> None:
    scan(FOUND)
    first = ["image", "--exit-code", "0", "--severity", "LOW,MEDIUM", "--ignore-unfixed", "your-image:abc"]
    assert main(first) == 0
    shown = capsys.readouterr().out
    assert "CVE-2023-0002" in shown and "CVE-2023-0001" not in shown
    second = ["image", "--exit-code", "1", "--severity", "CRITICAL,HIGH", "--ignore-unfixed", "your-image:abc"]
    assert main(second) == 1
    shown = capsys.readouterr().out
    assert "CVE-2023-0001" in shown and "CVE-2023-0002" not in shown and "CVE-2023-0003" not in shown
    assert "upgrade openssl to 3.0.11-1 (clears 1)" in shown


@pytest.mark.parametrize(
    ("found", "argv", "code"),
    [
        (report(), [], 0),
        (FOUND, [], 0),
        (FOUND, ["--exit-code", "0"], 0),
        (FOUND, ["--exit-code", "1"], 1),
        (FOUND, ["--exit-code", "77"], 77),
        (FOUND, ["--exit-code", "1", "--severity", "LOW"], 0),
        (report(eol=True), ["--exit-on-eol", "6"], 6),
        (report(gaps=(GAP,)), [], 0),
        (report(gaps=(GAP,)), ["--exit-code", "1"], 4),
        (report(gaps=(GAP,)), ["--exit-code", "1", "--on-gap", "report"], 0),
        (report(gaps=(GAP,)), ["--on-gap", "fail"], 4),
        (report(gaps=(GAP,)), ["--exit-code", "0", "--on-gap", "fail"], 4),
        (report(age_hours=50), ["--max-db-age", "48h"], 5),
        (report(age_hours=50), ["--max-db-age", "3d"], 0),
        (report(database=False), ["--scanners", "packages"], 0),
        (report(database=False), ["--scanners", "packages", "--exit-code", "1"], 2),
    ],
)
def test_exit_codes(scan: Scan, found: Report, argv: list[str], code: int) -> None:
    scan(found)
    assert main(["image", *argv, "x"]) == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("bad"), 2),
        (Unscannable("no such image", where="x", hint="check the name"), 3),
        (DatabaseUnusable("torn"), 5),
        (KeyboardInterrupt(), 130),
        (MemoryError(), 3),
        (ZeroDivisionError("oops"), 3),
    ],
)
def test_failures(
    scan: Scan, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, tmp_path: Path
) -> None:
    scan(error=error)
    assert main(["image", "-f", "json", "-o", "out.json", "x"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_printed_once_with_place_and_help(scan: Scan, capsys: pytest.CaptureFixture[str]) -> None:
    scan(error=Unscannable("cannot read layer 3/7: gzip ends early", where="sha256:ab\x1b[2J", hint="pull again"))
    main(["image", "x"])
    assert capsys.readouterr().err == (
        "error: cannot read layer 3/7: gzip ends early (sha256:ab\\x1b[2J)\n  help: pull again\n"
    )


def test_debug_shows_the_traceback(scan: Scan, capsys: pytest.CaptureFixture[str]) -> None:
    scan(error=Unscannable("bad"))
    main(["image", "--debug", "x"])
    assert "Traceback" in capsys.readouterr().err


def test_standard_output_carries_the_report_alone(scan: Scan, capsys: pytest.CaptureFixture[str]) -> None:
    scan(FOUND)
    main(["image", "-f", "json", "x"])
    out, err = capsys.readouterr()
    assert json.loads(out)["target"]["reference"] == "shop/api:1.4"
    assert err.splitlines()[0] == "shop/api:1.4: 3 findings (1 CRITICAL, 1 HIGH, 1 MEDIUM)"
    assert err.splitlines()[-1].startswith("next: scantling image ")


def test_quiet_says_nothing_more(scan: Scan, capsys: pytest.CaptureFixture[str]) -> None:
    scan(FOUND)
    main(["image", "-q", "x"])
    assert capsys.readouterr().err == ""


def test_several_reports(scan: Scan, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    scan(rich_report())
    assert main(["image", "-f", "json", "-o", "a.json", "-f", "sarif", "-o", "a.sarif", "-f", "table", "x"]) == 0
    assert json.loads((tmp_path / "a.json").read_text())["schema_version"] == 1
    assert json.loads((tmp_path / "a.sarif").read_text())["version"] == "2.1.0"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.sarif"]
    out, err = capsys.readouterr()
    assert out.startswith("Image ")
    assert "wrote json to a.json" in err


def test_output_into_a_missing_directory_stops_before_the_scan(scan: Scan) -> None:
    calls = scan(FOUND)
    assert main(["image", "-f", "json", "-o", "none/a.json", "x"]) == 2
    assert calls == []


def test_an_output_link_is_followed_and_kept(scan: Scan, tmp_path: Path) -> None:
    scan(FOUND)
    (tmp_path / "link").symlink_to("real.json")
    main(["image", "-q", "-f", "json", "-o", "link", "x"])
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())


def test_a_device_is_written_to_and_not_replaced(scan: Scan) -> None:
    scan(FOUND)
    assert main(["image", "-q", "-o", "/dev/null", "x"]) == 0
    assert Path("/dev/null").is_char_device()


def test_targets(scan: Scan) -> None:
    calls = scan(FOUND)
    main(["image", "-q", "reg/x:1"])
    main(["rootfs", "-q", "some dir"])
    main(["image", "-q", "--input", "oci:x.tar"])
    main(["image", "-q", "--input", "/a/b.tar"])
    assert [target for target, _ in calls] == ["reg/x:1", "dir:some dir", "./oci:x.tar", "/a/b.tar"]
    assert main(["image", "-q"]) == 2
    assert main(["image", "-q", "--input", "a", "b"]) == 2


def test_options_reach_the_scan(scan: Scan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls = scan(FOUND)
    monkeypatch.setenv("SCANTLING_DB", "/db")
    monkeypatch.setenv("SCANTLING_FEED_MIRROR", "file:///feeds")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hunter2\n")))
    argv = ["image", "-q", "--now", "2026-01-02T03:04:05Z", "--timeout", "5m0s", "--cache-dir", str(tmp_path)]
    argv += ["--no-cache", "--offline", "--pkg-types", "os", "--skip-dirs", "opt", "--skip-files", "a", "--insecure"]
    argv += ["--platform", "linux/arm64", "--username", "u", "--password-stdin", "--ca-cert", "ca.pem", "x"]
    assert main(argv) == 0
    ((_, options),) = calls
    assert options.now.isoformat() == "2026-01-02T03:04:05+00:00"
    assert (options.timeout_s, options.cache_dir, options.use_cache, options.offline) == (300, tmp_path, False, True)
    assert (options.pkg_types, options.skip_dirs, options.skip_files) == (frozenset({"os"}), ("opt",), ("a",))
    assert (str(options.database.path), options.database.update, options.database.mirror) == (
        "/db", False, "file:///feeds",
    )  # fmt: skip
    source = options.source
    assert (source.platform, source.username, source.insecure, source.ca_cert) == ("linux/arm64", "u", True, "ca.pem")
    assert source.offline is True
    assert source.password.reveal() == "hunter2"


def test_a_password_needs_a_user(scan: Scan) -> None:
    scan(FOUND)
    assert main(["image", "--password-stdin", "x"]) == 2


def test_convert(capsys: pytest.CaptureFixture[str], scan: Scan, tmp_path: Path) -> None:
    scan(rich_report())
    main(["image", "-q", "-f", "json", "-o", "a.json", "x"])
    main(["image", "-q", "-f", "sarif", "x"])
    direct = capsys.readouterr().out
    assert main(["convert", "-f", "sarif", "a.json"]) == 0
    assert capsys.readouterr().out == direct
    assert main(["convert", "missing.json"]) == 3


@pytest.mark.parametrize(
    ("environ", "argv", "coloured"),
    [
        ({}, [], False),  # standard output is no terminal here
        ({}, ["--color", "always"], True),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),  # the flag is the more explicit wish
        ({"NO_COLOR": "1"}, [], False),
        ({"SCANTLING_COLOR": "always"}, [], True),
        ({}, ["--color", "never"], False),
    ],
)
def test_colour(
    scan: Scan, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, environ: dict[str, str],
    argv: list[str], coloured: bool,
) -> None:  # fmt: skip
    scan(FOUND)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    main(["image", "-q", *argv, "x"])
    assert ("\x1b[" in capsys.readouterr().out) == coloured


def test_no_color_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from scantling.cli import console

    monkeypatch.setattr(console, "is_terminal", lambda _stream: True)
    assert console.wants_color("auto", {}) is True
    assert console.wants_color("auto", {"NO_COLOR": ""}) is True  # no-color.org: only when not empty
    assert console.wants_color("auto", {"NO_COLOR": "0"}) is False
    assert console.wants_color("auto", {"TERM": "dumb"}) is False


@pytest.mark.parametrize(("columns", "width"), [("120", 120), ("", 80), ("x", 80), ("0", 80), ("99999999", 80)])
def test_width(columns: str, width: int) -> None:
    from scantling.cli.console import terminal_width

    assert terminal_width({"COLUMNS": columns}) == width
