"""Dockerfiles are read as the Dockerfile reference says."""

from __future__ import annotations

import time

import pytest

from scantling.check.recipe.dockerfile import parse
from scantling.check.recipe.history import instruction_of
from scantling.check.recipe.recipe import Instruction
from scantling.check.recipe.shell import commands
from scantling.model.errors import Malformed


def instructions(text: str) -> list[Instruction]:
    return parse(text.encode()).final_instructions()


def test_continued_lines_with_comments_and_empty_lines_between() -> None:
    (run,) = instructions("FROM a:1\nRUN one \\\n  # a comment\n\n  && two\n")
    assert (run.value.split(), run.line, run.last_line) == (["one", "&&", "two"], 2, 5)


def test_the_escape_directive() -> None:
    (copy,) = instructions("# escape=`\nFROM a:1\nCOPY testfile.txt c:\\\n")
    assert copy.value == "testfile.txt c:\\"


def test_a_directive_after_a_comment_is_a_comment() -> None:
    assert len(instructions("# hello\n# escape=`\nFROM a:1\nRUN a \\\n b\n")) == 1


def test_here_documents() -> None:
    run, user = instructions("FROM a:1\nRUN <<EOF\napt-get update\nUSER no\nEOF\nUSER 5\n")
    assert run.body == "apt-get update\nUSER no"
    assert (user.name, user.line) == ("USER", 6)


def test_two_here_documents_and_a_dash() -> None:
    (copy,) = instructions('FROM a:1\nCOPY <<-A <<"B" /d/\n\tone\n\tA\ntwo\nB\n')
    assert copy.body == "one\ntwo"


def test_arguments_before_from_and_in_stages() -> None:
    recipe = parse(b"ARG V=12\nFROM debian:${V} AS x\nARG V\nENV U=u$V\nUSER ${U:-root}\nFROM ${NONE:-x}\n")
    assert recipe.stages[0].image == "debian:12"
    assert recipe.stages[1].base == 0
    assert [one.value for one in recipe.final_instructions() if one.name == "USER"] == ["u12"]


def test_json_form_flags_and_onbuild() -> None:
    add, cmd = instructions('FROM a:1\nADD --chown=1:1 --checksum=x ["a b", "/c"]\nCMD ["x", "y"]\nONBUILD RUN z\n')
    assert (add.flags, add.argv) == (("--chown=1:1", "--checksum=x"), ("a b", "/c"))
    assert cmd.argv == ("x", "y")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "without FROM"),
        ("RUN x\n", "before FROM"),
        ("FROM a\nRUNN x\n", "no instruction"),
        ("FROM a\nRUN <<E\nx\n", "without its end"),
        ("FROM a\nUSER\n", "without anything"),
        ("FROM a\n{{ x }}\n", "no instruction"),
    ],
)
def test_what_is_no_dockerfile(text: str, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        parse(text.encode())


@pytest.mark.parametrize(
    "unit", ["RUN a\n", "a\\\n", "<<", "$", "${A:-", "'", "\\", " ", "# x\n", "--a=", "[", "sh -c "]
)
def test_hostile_text_takes_no_time(unit: str) -> None:
    text = "FROM a\nRUN x " + unit * (1_000_000 // len(unit))
    began = time.process_time()
    try:
        recipe = parse(text.encode()[:1_000_000])
        for one in recipe.runs()[:3]:
            one.commands()
    except Malformed:
        pass
    assert time.process_time() - began < 3


def test_shell_commands() -> None:
    found = commands("set -e; A=1 curl -x 'a|b' | tee \"c d\" && if x; then y 2>&1; fi # z | w")
    assert [(one.words, one.piped) for one in found] == [
        (("set", "-e"), False),
        (("curl", "-x", "a|b"), False),
        (("tee", "c d"), True),
        (("x",), False),
        (("y", "2>&1"), False),
        (("fi",), False),
    ]


@pytest.mark.parametrize(
    ("created_by", "name", "value"),
    [
        ("RUN /bin/sh -c apt-get update # buildkit", "RUN", "apt-get update"),
        ("RUN |1 V=3 /bin/sh -c make V # buildkit", "RUN", "make V"),
        ("/bin/sh -c #(nop)  USER app", "USER", "app"),
        ("/bin/sh -c make", "RUN", "make"),
        ("COPY --chown=1:1 a /b # buildkit", "COPY", "a /b"),
    ],
)
def test_history_entries(created_by: str, name: str, value: str) -> None:
    found = instruction_of(created_by)
    assert found is not None
    assert (found.name, found.value) == (name, value)


def test_other_builders_comments_are_no_instructions() -> None:
    assert instruction_of("debuerreotype 0.15") is None
