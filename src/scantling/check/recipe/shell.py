"""Shell scripts of RUN, cut into simple commands. Linear; quotes are honoured, nothing is expanded."""

from __future__ import annotations

from dataclasses import dataclass

from scantling.guard import limits

_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "(", "time", "exec", "command"})
_BREAKS = frozenset(";&|\n()")


@dataclass(frozen=True, slots=True)
class Command:
    """``words`` without leading assignments and keywords; ``piped``: it reads what the command before it writes."""

    words: tuple[str, ...]
    piped: bool

    @property
    def program(self) -> str:
        return self.words[0].rpartition("/")[2]

    @property
    def arguments(self) -> tuple[str, ...]:
        """Words that are no options."""
        return tuple(word for word in self.words[1:] if not word.startswith("-"))

    def has(self, *options: str) -> bool:
        return any(word in options for word in self.words)


def commands(script: str) -> list[Command]:
    """The simple commands of ``script`` in order; at most ``limits.SHELL_COMMANDS``."""
    found: list[Command] = []
    words: list[str] = []
    word: list[str] = []
    quote = ""
    piped = began = False
    script = script[: limits.SHELL_BYTES]
    index, end = 0, len(script)

    def close_word() -> None:
        nonlocal began
        if word or began:
            words.append("".join(word))
        word.clear()
        began = False

    def close_command(next_piped: bool) -> None:
        nonlocal piped
        close_word()
        command = _command(words, piped)
        if command is not None and len(found) < limits.SHELL_COMMANDS:
            found.append(command)
        words.clear()
        piped = next_piped

    while index < end:
        char = script[index]
        if quote:
            if char == quote:
                quote = ""
            elif char == "\\" and quote == '"' and index + 1 < end:
                index += 1
                word.append(script[index])
            else:
                word.append(char)
        elif char in "'\"":
            quote, began = char, True
        elif char == "\\" and index + 1 < end:
            index += 1
            if script[index] != "\n":
                word.append(script[index])
        elif char == "#" and not word and not began:
            while index < end and script[index] != "\n":
                index += 1
            continue
        elif char in _BREAKS:
            if char == "&" and word[-1:] in ([">"], ["<"]):  # 2>&1
                word.append(char)
            else:
                double = script[index : index + 2] in ("&&", "||")
                close_command(char == "|" and not double)
                index += double
        elif char.isspace():
            close_word()
        else:
            word.append(char)
        index += 1
    close_command(False)
    return found


def _command(words: list[str], piped: bool) -> Command | None:
    start = 0
    while start < len(words):
        word = words[start]
        name, equals, _ = word.partition("=")
        if word in _KEYWORDS or (equals and name.isidentifier()):
            start += 1
        else:
            break
    rest = words[start:]
    if rest and rest[0] == "env":
        rest = [word for word in rest[1:] if "=" not in word] if len(rest) > 1 else rest
    return Command(tuple(rest), piped) if rest and rest[0] else None
