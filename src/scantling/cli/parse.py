"""argv to a command and the texts of its options. Knows the shape of the command line, not what it means."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

from scantling import __version__
from scantling.model.errors import UsageError

from . import values
from .catalog import COMMANDS, GROUPS, Command
from .options import Option, of_command

_EPILOG = """\
examples:
  scantling image python:3.11-slim
  scantling image --exit-code 1 --severity CRITICAL,HIGH --ignore-unfixed shop/api:1.4
  scantling image -f json -o report.json -f sarif -o report.sarif oci-archive:image.tar

exit codes: 0 passed or no gate asked, 1 (or N) gate failed, 2 usage, 3 could not scan, 4 incomplete, 5 database, 130
interrupted. Every option can also stand in scantling.yaml and in SCANTLING_<OPTION>."""


_INVALID_COMMAND = re.compile(r"argument COMMAND: invalid choice: '([^']{1,80})'")


@dataclass(frozen=True, slots=True)
class Parsed:
    """``given`` maps option keys to the texts on the command line, flags to True or False."""

    command: Command
    arguments: tuple[str, ...]
    given: Mapping[str, list[str] | bool]


_ORDER = "order_"


class _Reports(argparse.Action):
    """Keeps, beside the values, the order in which --format and --output came: an output belongs to the format
    before it."""

    def __call__(  # argparse's signature
        self, parser: Any, namespace: argparse.Namespace, values: Any, option_string: str | None = None
    ) -> None:
        for name, item in ((self.dest, str(values)), (_ORDER, (self.dest, str(values)))):
            setattr(namespace, name, [*getattr(namespace, name, []), item])


def _in_order(order: Sequence[tuple[str, str]]) -> list[str]:
    """The outputs as ``outputs.pair`` wants them, one for each format in turn, "-" for a format that was given none.

    Lists with commas have no order to go by and are paired as they stand.
    """
    files = [text for kind, text in order if kind == "output"]
    if any("," in text for _, text in order):
        return files
    paired: list[str] = []
    spare: list[str] = []
    for kind, text in order:
        if kind == "format":
            paired.append("")
        elif paired and not paired[-1]:
            paired[-1] = text
        else:
            spare.append(text)
    for position, text in enumerate(paired):
        if not text:
            paired[position] = spare.pop(0) if spare else "-"
    return paired + spare


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        word = _INVALID_COMMAND.match(message)
        if word is not None:
            near = get_close_matches(word[1], [name for command in COMMANDS for name in command.name.split()], n=1)
            hint = f"did you mean {near[0]}? {self.prog} --help" if near else f"{self.prog} --help"
            raise UsageError(f"there is no command {word[1]!r}", hint=hint)
        raise UsageError(message, hint=f"{self.prog} --help")


def parse(argv: Sequence[str]) -> Parsed:
    """Raises ``UsageError``; prints help and raises ``SystemExit`` for ``--help``."""
    argv, denied = _without_flag_values(argv)
    parser = build_parser(_named(argv))
    found, unknown = parser.parse_known_args(argv)
    command: Command | None = getattr(found, "command_", None)
    if command is None:
        raise UsageError("no command given", hint="scantling image TARGET, or scantling --help")
    if unknown:
        raise _unknown(unknown[0], command)
    given = {
        option.key: getattr(found, option.key) for option in of_command(command.name) if hasattr(found, option.key)
    }
    given |= dict.fromkeys(denied, False)
    if "format" in given and "output" in given:
        given["output"] = _in_order(getattr(found, _ORDER))
    texts = (getattr(found, f"argument{index}_", None) for index in range(len(command.arguments)))
    arguments = (word for text in texts for word in (text if isinstance(text, list) else [text or ""]))
    return Parsed(command, tuple(arguments), given)


def _named(argv: Sequence[str]) -> tuple[Command, ...]:
    """The commands that the first words can mean: nearly always one, and the others' options need not be built."""
    first = argv[0] if argv else ""
    named = tuple(command for command in COMMANDS if first in {command.name, *command.aliases})
    return named or tuple(command for command in COMMANDS if command.name.startswith(f"{first} ")) or COMMANDS


def build_parser(chosen: Sequence[Command] = COMMANDS) -> argparse.ArgumentParser:
    """The tree of the ``chosen`` commands."""
    root = _Parser(
        prog="scantling",
        description="Scan container images: what is in them, what is wrong, what to change, may it ship.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    root.add_argument("--version", "-V", action="version", version=f"scantling {__version__}")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    groups: dict[str, Any] = {}
    for command in chosen:
        parent, _, name = command.name.rpartition(" ")
        if parent and parent not in groups:
            group = commands.add_parser(parent, help=GROUPS[parent])
            groups[parent] = group.add_subparsers(
                title="commands", metavar="COMMAND", parser_class=_Parser, required=True
            )
        adder = groups[parent] if parent else commands
        parser = adder.add_parser(
            name, help=command.help, description=command.help[0].upper() + command.help[1:] + ".",
            usage=" ".join(["%(prog)s [options]", command.argument]).strip(), aliases=list(command.aliases),
            allow_abbrev=False,
        )  # fmt: skip
        _fill(parser, command)
    return root


def _fill(parser: argparse.ArgumentParser, command: Command) -> None:
    parser.set_defaults(command_=command)
    for index, word in enumerate(command.arguments):
        parser.add_argument(
            f"argument{index}_",
            metavar=word.strip("[].") if command.is_list(word) else word.strip("[]"),
            nargs="?" if word.startswith("[") else "+" if command.is_list(word) else None,
            help=command.argument_help,
        )
    groups: dict[str, Any] = {}
    for option in of_command(command.name):
        if option.group not in groups:
            groups[option.group] = parser.add_argument_group(option.group)
        _add(groups[option.group], option)


def _add(group: Any, option: Option) -> None:
    names = [f"-{option.short}"] if option.short else []
    names += [f"--{option.name}"]
    text = option.help
    if len(option.choices) and option.name not in {"on-gap", "pkg-types", "scanners"}:
        text += f" ({', '.join(option.choices)})"
    if option.shown_default:
        text += f"; default: {option.shown_default}"
    how: dict[str, Any] = {"dest": option.key, "default": argparse.SUPPRESS}
    if option.is_flag:
        how |= {"action": "store_true"}
    else:
        action = _Reports if option.name in {"format", "output"} else "append"
        how |= {"action": action, "metavar": option.metavar}
    group.add_argument(*names, help=text.replace("%", "%%"), **how)
    if option.aliases:
        group.add_argument(*(f"--{alias}" for alias in option.aliases), help=argparse.SUPPRESS, **how)


def _without_flag_values(argv: Sequence[str]) -> tuple[list[str], set[str]]:
    """Take ``--flag=true`` and ``--flag=false`` apart, which argparse's flags do not know."""
    from .options import OPTIONS

    flags = {name: option for option in OPTIONS if option.is_flag for name in (option.name, *option.aliases)}
    kept: list[str] = []
    denied: set[str] = set()
    for index, word in enumerate(argv):
        if word == "--":
            return kept + list(argv[index:]), denied
        name, equals, text = word.removeprefix("--").partition("=")
        if not (word.startswith("--") and equals and name in flags):
            if word.startswith("--") and name in flags:
                denied.discard(flags[name].key)
            kept.append(word)
            continue
        try:
            wanted = values.flag(text)
        except ValueError as error:
            raise UsageError(f"--{name}: {error}, not {text!r}") from error
        if wanted:
            kept.append(f"--{name}")
            denied.discard(flags[name].key)
        else:
            denied.add(flags[name].key)
    return kept, denied


def _unknown(word: str, command: Command) -> UsageError:
    help_ = f"scantling {command.name} --help"
    if not word.startswith("-"):
        return UsageError(f"unexpected argument {word!r}", hint=help_)
    known = [f"--{name}" for option in of_command(command.name) for name in (option.name, *option.aliases)]
    near = get_close_matches(word.split("=", 1)[0], known, n=1)
    return UsageError(
        f"unknown option {word.split('=', 1)[0]!r}", hint=f"did you mean {near[0]}? {help_}" if near else help_
    )
