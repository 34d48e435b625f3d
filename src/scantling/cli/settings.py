"""What the user asked for, from four places: the command line beats the environment, which beats the settings file,
which beats the defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scantling.guard.display import printable
from scantling.model.errors import UsageError

from .options import OPTIONS, Option, of_command

DEFAULT_FILE = "scantling.yaml"


@dataclass(frozen=True, slots=True)
class Settings:
    """``values`` by option key; ``arguments`` are the positional ones, "" for one that was left out."""

    command: str
    arguments: tuple[str, ...]
    values: Mapping[str, Any]
    environ: Mapping[str, str]

    @property
    def argument(self) -> str:
        """The first, or only, positional argument; "" when it was left out."""
        return self.arguments[0] if self.arguments else ""

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


def resolve(
    command: str,
    arguments: Sequence[str],
    given: Mapping[str, list[str] | bool],
    environ: Mapping[str, str],
    directory: Path,
) -> Settings:
    """Merge what was ``given`` on the command line (texts by option key) with the other places."""
    options = of_command(command)
    values: dict[str, Any] = {option.key: option.default for option in options}
    path = _file(given, environ, directory)
    if path is not None:
        _apply_file(path, options, values)
    for option in options:
        text = environ.get(option.variable, "")
        if text:
            values[option.key] = _parse(option, [text], option.variable)
    for option in options:
        if option.key in given:
            values[option.key] = _given(option, given[option.key])
    return Settings(command, tuple(arguments), values, environ)


def _given(option: Option, texts: list[str] | bool) -> Any:
    return texts if isinstance(texts, bool) else _parse(option, texts, f"--{option.name}")


def _file(given: Mapping[str, list[str] | bool], environ: Mapping[str, str], directory: Path) -> Path | None:
    named = given.get("config")
    if isinstance(named, list):
        return Path(named[-1])
    if environ.get("SCANTLING_CONFIG"):
        return Path(environ["SCANTLING_CONFIG"])
    path = directory / DEFAULT_FILE
    return path if path.is_file() else None


def _apply_file(path: Path, options: tuple[Option, ...], values: dict[str, Any]) -> None:
    from .settings_file import read_settings_file

    known = {name: option for option in OPTIONS for name in (option.name, *option.aliases) if option.name != "config"}
    mine = {option.key for option in options}
    seen: dict[str, int] = {}
    for setting in read_settings_file(path):
        where = f"{printable(str(path))}:{setting.line}"
        option = known.get(setting.key.replace("_", "-"))
        if option is None:
            near = get_close_matches(setting.key.replace("_", "-"), known, n=1)
            hint = f"did you mean {near[0]}?" if near else "docs/reference/settings.md lists what there is"
            raise UsageError(f"unknown setting {printable(setting.key)!r}", where=where, hint=hint)
        if option.key in seen:
            raise UsageError(f"{option.name} is set twice, first on line {seen[option.key]}", where=where)
        seen[option.key] = setting.line
        if not any(setting.values):
            raise UsageError(f"{option.name} has no value", where=where)
        value = _parse(option, list(setting.values), where)
        if option.key in mine:
            values[option.key] = value


def _parse(option: Option, texts: list[str], where: str) -> Any:
    if not option.is_list and len(texts) > 1:
        if where.startswith("--"):
            texts = texts[-1:]  # the last one wins, as in other programs
        else:
            raise UsageError(f"{option.name} takes one value", where=where)
    try:
        if option.is_list:
            return tuple(_choose(option, word) for text in texts for word in option.parse(text))
        return _choose(option, option.parse(texts[0]))
    except ValueError as error:
        raise UsageError(f"{option.name}: {error}, not {printable(texts[-1], 80)!r}", where=where) from error


def _choose(option: Option, value: Any) -> Any:
    if not option.choices:
        return value
    for choice in option.choices:
        if choice.lower() == str(value).strip().lower():
            return choice
    raise ValueError(f"expected one of {', '.join(option.choices)}")
