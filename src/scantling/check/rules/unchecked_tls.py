"""SCN-IMG-016: a download whose certificate nobody checks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..recipe.recipe import Recipe
from ..recipe.shell import Command
from ..rule import Hit, Rule

# sources.list(5): one's own files may be trusted, what comes over a network may not
_TRUSTED = re.compile(r"\[[^\]\[\n]{0,200}\btrusted=yes\b[^\]\[\n]{0,200}\][ \t]{1,20}(?!file:|copy:|cdrom:)")
_UNSIGNED = re.compile(r"gpgcheck ?= ?0\b")


def _settings(script: str) -> Iterator[str]:
    """What a script writes into the settings of package managers."""
    if "trusted=yes" in script and _TRUSTED.search(script):
        yield "apt with trusted=yes"
    if _UNSIGNED.search(script):
        yield "dnf with gpgcheck=0"
    if "AllowInsecureRepositories" in script or "AllowUnauthenticated" in script:
        yield "apt with unsigned repositories allowed"


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
    if program == "zypper" and command.has("--no-gpg-checks", "--allow-unsigned-rpm"):
        return "zypper --no-gpg-checks"
    if program == "rpm" and command.has("--nosignature", "--nodigest"):
        return "rpm --nosignature"
    if program == "npm" and "strict-ssl" in words and "false" in words:
        return "npm with strict-ssl false"
    if program == "git" and "http.sslVerify" in words and "false" in words:
        return "git with http.sslVerify false"
    return ""


def _recipe(recipe: Recipe) -> Iterator[Hit]:
    for one in recipe.runs():
        found = sorted({said for command in one.commands() if (said := _unchecked(command))})
        for said in (*found, *_settings(one.script)):
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
        (
            "dockerfile",
            "FROM debian:12\nRUN echo 'deb [trusted=yes] https://example.com/ ./' > /etc/apt/sources.list\n",
        ),
        ("dockerfile", "FROM fedora:41\nRUN printf '[x]\\ngpgcheck=0\\n' > /etc/yum.repos.d/x.repo\n"),
        ("dockerfile", "FROM opensuse/leap:15.6\nRUN zypper --no-gpg-checks -n install x\n"),
    ),
    good=(
        ("dockerfile", "FROM debian:12\nRUN curl -fsSL --max-time 9 https://example.com/x -o kkk\n"),
        ("dockerfile", "FROM debian:12\nRUN pip install --index-url https://example.com/simple x\n"),
        (
            "dockerfile",
            "FROM debian:12\nRUN echo 'deb [ trusted=yes ] file:/srv ./' > /etc/apt/sources.list.d/x.list\n",
        ),
    ),
)
