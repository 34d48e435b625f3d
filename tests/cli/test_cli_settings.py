"""Command line beats environment beats file; whatever is wrong is said with its place."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scantling.cli import values
from scantling.cli.options import OPTIONS
from scantling.cli.parse import parse
from scantling.cli.settings import Settings, resolve
from scantling.model.errors import UsageError


def settings(argv: list[str], directory: Path, environ: dict[str, str] | None = None) -> Settings:
    parsed = parse(argv)
    return resolve(parsed.command.name, parsed.arguments, parsed.given, environ or {}, directory)


def write(directory: Path, text: str) -> None:
    (directory / "scantling.yaml").write_text(text)


def test_defaults(tmp_path: Path) -> None:
    got = settings(["image", "x"], tmp_path)
    assert (got.command, got.argument) == ("image", "x")
    assert got["severity"] == () and got["scanners"] is None and got["exit_code"] is None


def test_flag_beats_environment_beats_file(tmp_path: Path) -> None:
    write(tmp_path, "severity: LOW\nexit-code: 3\nignore_unfixed: true\n")
    environ = {"SCANTLING_SEVERITY": "medium", "SCANTLING_EXIT_CODE": "4", "SCANTLING_QUIET": ""}
    got = settings(["i", "-s", "high,critical", "x"], tmp_path, environ)
    assert got["severity"] == ("HIGH", "CRITICAL")
    assert got["exit_code"] == 4
    assert got["ignore_unfixed"] is True


def test_flags_can_be_taken_back(tmp_path: Path) -> None:
    write(tmp_path, "ignore-unfixed: true\n")
    assert settings(["image", "--ignore-unfixed=false", "x"], tmp_path)["ignore_unfixed"] is False
    assert settings(["image", "--quiet=true", "x"], tmp_path)["quiet"] is True


def test_lists(tmp_path: Path) -> None:
    write(tmp_path, "severity: [HIGH, CRITICAL]\nskip-dirs:\n  - usr/share\n  - opt\n")
    got = settings(["image", "--skip-files", "a,b", "--skip-files", "c", "x"], tmp_path)
    assert got["severity"] == ("HIGH", "CRITICAL")
    assert got["skip_dirs"] == ("usr/share", "opt")
    assert got["skip_files"] == ("a", "b", "c")


def test_names_of_other_scanners(tmp_path: Path) -> None:
    got = settings(["image", "--offline-scan", "--vuln-type", "os", "--skip-update", "x"], tmp_path)
    assert got["offline"] is True and got["pkg_types"] == ("os",) and got["skip_db_update"] is True


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_sets_nothing(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert settings(["image", "x"], tmp_path)["severity"] == ()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("severity: HIGH\nseverty: LOW\n", 2, "unknown setting 'severty'"),
        ("severity:\n", 1, "has no value"),
        ("severity: WORSE\n", 1, "expected one of"),
        ("exit-code: many\n", 1, "expected a number"),
        ("exit-code: [1, 2]\n", 1, "one value"),
        ("quiet: perhaps\n", 1, "true or false"),
        ("severity: LOW\nseverity: HIGH\n", 2, "set twice"),
        ("skip-dirs: a\nskip_dirs: b\n", 2, "set twice"),
        ("a: &x [1]\nb: *x\n", 1, "something else"),
        ("severity: *x\n", 1, "something else"),
        ("severity: !!python/object/apply:os.system [id]\n", 1, "something else"),
        ("severity: {a: b}\n", 1, "something else"),
        ("- severity\n", 1, "something else"),
        ("severity: [[HIGH]]\n", 1, "something else"),
        ("severity: 'HIGH\n", 2, "not valid YAML"),
        ("db: {x: 1}\n", 1, "something else"),
        ("config: x.yaml\n", 1, "unknown setting"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    write(tmp_path, text)
    with pytest.raises(UsageError, match=message) as caught:
        settings(["image", "x"], tmp_path)
    assert caught.value.where.startswith(f"{tmp_path}/scantling.yaml:")
    assert int(caught.value.where.rsplit(":", 1)[1]) in {line, line - 1}


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "ignore-unfixd: true\n")
    with pytest.raises(UsageError) as caught:
        settings(["image", "x"], tmp_path)
    assert caught.value.hint == "did you mean ignore-unfixed?"


def test_yaml_bombs_are_refused_at_once(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{c}: &{c} [*a,*a,*a,*a,*a]\n" for c in "bcdefghi")
    for text in (bomb, "a: " + "[" * 100_000, "a: " + "{" * 3_000, "x: y\n" * 10, "a" * 2_000_000):
        write(tmp_path, text)
        with pytest.raises(UsageError):
            settings(["image", "x"], tmp_path)


def test_config_names_another_file(tmp_path: Path) -> None:
    other = tmp_path / "ci.yaml"
    other.write_text("severity: LOW\n")
    assert settings(["image", "-c", str(other), "x"], tmp_path)["severity"] == ("LOW",)
    assert settings(["image", "x"], tmp_path, {"SCANTLING_CONFIG": str(other)})["severity"] == ("LOW",)
    with pytest.raises(UsageError, match="cannot read the settings file"):
        settings(["image", "--config", str(tmp_path / "none.yaml"), "x"], tmp_path)


@pytest.mark.parametrize(
    ("argv", "message", "hint"),
    [
        ([], "no command", "scantling image TARGET"),
        (["imge", "x"], "no command 'imge'", "did you mean image?"),
        (["image", "--severty", "HIGH", "x"], "unknown option '--severty'", "did you mean --severity?"),
        (["image", "a", "b"], "unexpected argument 'b'", "--help"),
        (["image", "--sever", "HIGH", "x"], "unknown option '--sever'", "--help"),  # no abbreviations: they break later
        (["image", "--severity"], "expected one argument", "--help"),
        (["rootfs"], "DIR", "--help"),
        (["db"], "COMMAND", "--help"),
        (["image", "--quiet=perhaps", "x"], "true or false", ""),
        (["rootfs", "--username", "u", "x"], "unknown option '--username'", "--help"),
    ],
)
def test_wrong_command_lines(argv: list[str], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(argv)
    assert message in str(caught.value)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("5m0s", 300), ("1h30m", 5400), ("500ms", 0.5), ("7d", 604800), ("1.5h", 5400)],
)
def test_durations(text: str, seconds: float) -> None:
    assert values.duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "-1", "5x", "m5", "5m 3", "1e9", "999999999d", "1" * 5000, "5m" * 5000])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        values.duration(text)


@pytest.mark.parametrize("text", ["-1", "256", "1.0", "", "٣"])
def test_no_exit_codes(text: str) -> None:
    with pytest.raises(ValueError, match="0 to 255"):
        values.exit_number(text)


def test_moments_are_utc() -> None:
    expected = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert values.moment("2026-11-23T12:00:00Z") == values.moment("2026-11-23T12:00:00") == expected
    assert values.moment("2026-11-23T13:00:00+01:00") == expected


def test_names_and_variables_are_unique() -> None:
    names = [name for option in OPTIONS for name in (option.name, *option.aliases)]
    assert len(names) == len(set(names))
    shorts = [option.short for option in OPTIONS if option.short]
    assert len(shorts) == len(set(shorts))


def test_commands_take_one_two_or_any_number_of_arguments(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from scantling.cli import parse as module
    from scantling.cli.catalog import Command

    def given(argument: str, *words: str) -> tuple[str, ...]:
        command = Command("try", "try it", "version", argument, "what is tried")
        monkeypatch.setattr(module, "COMMANDS", (command,))
        return parse(["try", *words]).arguments

    assert given("") == ()
    assert given("[FILE]") == ("",)
    assert given("OLD NEW", "a", "b") == ("a", "b")
    assert given("FILE...", "a") == ("a",)
    assert given("FILE...", "a", "b", "c") == ("a", "b", "c")
    for argument, words in (("OLD NEW", ["a"]), ("FILE...", []), ("OLD NEW", ["a", "b", "c"])):
        with pytest.raises(UsageError):
            given(argument, *words)
