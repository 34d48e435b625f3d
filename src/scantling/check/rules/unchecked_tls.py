"""SCN-IMG-016: a download whose certificate nobody checks."""

from __future__ import annotations

from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..recipe.shell import Command
from ..rule import Hit, Rule


def _unchecked(command: Command) -> str:
    program, words = command.program, command.words
    if program == "curl":
        short = any(word[:1] == "-" and word[:2] != "--" and "k" in word[1:6] and word[1:].isalpha() for word in words)
        return "curl --insecure" if short or command.has("--insecure") else ""
    if program == "wget":
        return "wget --no-check-certificate" if command.has("--no-check-certificate") else ""
    if program in {"pip", "pip3"} and command.has("--trusted-host"):
        return "pip --trusted-host"
    if program in {"apt-get", "apt"}:
        bad = ("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories")
        return next((f"{program} {word}" for word in words if word in bad), "")
    if program == "apk" and command.has("--allow-untrusted"):
        return "apk --allow-untrusted"
    if program in {"yum", "dnf"} and command.has("--nogpgcheck"):
        return f"{program} --nogpgcheck"
    if program == "npm" and "strict-ssl" in words and "false" in words:
        return "npm with strict-ssl false"
    if program == "git" and "http.sslVerify" in words and "false" in words:
        return "git with http.sslVerify false"
    return ""


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.runs():
        found = sorted({said for command in one.commands() if (said := _unchecked(command))})
        for said in found:
            yield Hit(f"{said} takes what anybody answers", said, one.line, one)


RULE = Rule(
    id="SCN-IMG-016",
    title="Certificates or signatures are not checked",
    severity="HIGH",
    why="Whoever sits on the way to the server decides what is in the image.",
    fix="Leave the check on; install ca-certificates, or name the private authority's certificate.",
    references=("https://cwe.mitre.org/data/definitions/295.html",),
    cis=("4.11", "4.12"),
    recipe=_recipe,
    bad=(
        ("dockerfile", "FROM debian:12\nRUN curl -fsSLk https://example.com/x -o x\n"),
        ("history", "RUN /bin/sh -c wget --no-check-certificate https://example.com/x # buildkit"),
        ("dockerfile", "FROM debian:12\nRUN apt-get install -y --allow-unauthenticated x\n"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nRUN curl -fsSL --max-time 9 https://example.com/x -o kkk\n"),
        ("dockerfile", "FROM debian:12\nRUN pip install --index-url https://example.com/simple x\n"),
    ),
)
