"""Every command: its name, its arguments, what it does and the module that does it, imported when it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .settings import Settings


@dataclass(frozen=True, slots=True)
class Command:
    """``module`` holds ``run(settings) -> int``. ``argument`` is "DIR", "[FILE]" (may be left out), "FILE..." (one or
    more, the last), several such words, or "" (none)."""

    name: str
    help: str
    module: str
    argument: str = ""
    argument_help: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words of ``argument``, one for each that the command takes."""
        return tuple(self.argument.split())

    @staticmethod
    def is_list(word: str) -> bool:
        """Whether ``word`` of ``argument`` stands for one or more."""
        return word.endswith("...")

    def load(self) -> Callable[[Settings], int]:
        run: Callable[[Settings], int] = import_module(f"scantling.cli.commands.{self.module}").run
        return run


_TARGET = (
    "NAME[:TAG|@DIGEST], registry:REF, docker:REF, podman:REF, oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, "
    "dir:PATH, or a path"
)

GROUPS = {
    "audit": "the auditor pack and the audit trail: pack, verify, head",
    "base": "base images: index, list, show, compare, recommend",
    "ci": "pipelines: init, outputs",
    "compliance": "compliance packs: list, show",
    "db": "the vulnerability database: update, build, status, verify",
    "ignore": "exceptions: add, list, check, prune, export",
    "policy": "what an image must hold to: check, dry-run, test, explain, list",
}
COMMANDS: tuple[Command, ...] = (
    Command("image", "scan an image", "image", "[TARGET]", _TARGET, aliases=("i",)),
    Command("rootfs", "scan an unpacked root file system", "rootfs", "DIR", "its root directory"),
    Command("sbom", "scan a CycloneDX, SPDX or Syft document", "sbom", "FILE", "the document, JSON or SPDX tag-value"),
    Command(
        "config",
        "check Dockerfiles, Compose files and Kubernetes manifests",
        "config",
        "PATH",
        "a file, or a directory to search",
    ),
    Command(
        "diff",
        "say what became better or worse from one image to another, as a table, JSON or Markdown",
        "diff",
        "OLD NEW",
        "what to compare: a target as image takes it, or a saved JSON report",
    ),
    Command(
        "explain",
        "explain a finding: where it comes from, why it is reported, what to do",
        "explain",
        "ID TARGET",
        "the finding's id, an alias of it or its fingerprint; and a target as image takes it, or a saved JSON report",
    ),
    Command(
        "fix",
        "say the few changes that clear the gate: upgrades, lines of the Dockerfile, and what is left to decide",
        "fix",
        "TARGET",
        "a target as image takes it, or a saved JSON report",
    ),
    Command(
        "quickview",
        "show one screen: grade, counts, where the findings are, what to do next",
        "quickview",
        "TARGET",
        "a target as image takes it, or a saved JSON report",
    ),
    Command(
        "cis",
        "hold an image to section 4 of the CIS Docker Benchmark: all twelve items, each with its evidence",
        "cis",
        "TARGET",
        "a target as image takes it, or a saved JSON report (of config, too)",
    ),
    Command(
        "convert", "write a saved JSON report in another format", "convert", "REPORT.json", "report written by -f json"
    ),
    Command(
        "comment",
        "post a saved report as one comment on a pull request, kept up to date, and as its commit's status",
        "comment",
        "REPORT.json",
        "report written by -f json",
    ),
    Command(
        "attest",
        "sign what a scan found as in-toto statements, and attach them to the image in its registry",
        "attest",
        "TARGET",
        "a saved JSON report, or a target as image takes it",
    ),
    Command(
        "verify",
        "say whether signed evidence lets an image be deployed: signature, digest, age, verdict, policy",
        "verify",
        "IMAGE",
        "[HOST/]NAME[:TAG|@DIGEST], oci:DIR[:TAG] or oci-archive:FILE",
    ),
    Command(
        "audit pack",
        "put what is known of an image over a period into one signed archive",
        "audit_pack",
        "REPORT.json...",
        "reports of one image, written by -f json",
    ),
    Command(
        "audit verify",
        "say whether an auditor pack is whole and signed, or an audit trail unbroken, offline",
        "audit_verify",
        "FILE",
        "the pack's archive, or the trail that --audit wrote",
    ),
    Command(
        "audit head",
        "print the number and hash of an audit trail's last record, to be kept elsewhere",
        "audit_head",
        "FILE",
        "the trail",
    ),
    Command(
        "base index",
        "learn base images by their layers, from registries, OCI layouts or a checkout of the official images",
        "base_index",
        "SOURCE...",
        "NAME:TAG, NAME (its --tags), oci:DIR[:TAG], or a checkout's directory",
    ),
    Command("base list", "list the base images that are known by their layers", "base_list", "[NAME]", "repository"),
    Command("base show", "say what an image is built on, and by what evidence", "base_show", "TARGET", _TARGET),
    Command(
        "base compare",
        "say what other base images would fix and add",
        "base_compare",
        "TARGET CANDIDATE...",
        "the image, then what to build it on instead; each a target as image takes it, or a saved JSON report",
    ),
    Command(
        "base recommend",
        "propose newer, smaller and other base images, each with what it would fix and add",
        "base_recommend",
        "TARGET",
        "a target as image takes it, or a saved JSON report",
    ),
    Command(
        "ci init",
        "write the pipeline's file for the repository it stands in: build, scan, then push",
        "ci_init",
        "[SYSTEM]",
        "github, gitlab, jenkins, azure, circleci, bitbucket, tekton or pre-commit; default: what the repository uses",
    ),
    Command(
        "ci outputs",
        "print a saved report's verdict and counts as name=value lines, for the next step of a pipeline",
        "ci_outputs",
        "REPORT.json",
        "report written by -f json",
    ),
    Command("compliance list", "list the compliance packs that are shipped", "compliance_list"),
    Command(
        "compliance show",
        "show a compliance pack: each control, its checks, and what a person has to attest",
        "compliance_show",
        "PACK",
        "name of a shipped pack, or a YAML file",
    ),
    Command("db update", "download the feeds and install a new vulnerability database", "db_update"),
    Command("db build", "build a database file from the feeds", "db_build", "FILE", "database file to write"),
    Command("db status", "show the installed database: its age and each of its sources", "db_status"),
    Command(
        "db verify", "check a database file from end to end", "db_verify", "[FILE]", "default: the installed database"
    ),
    Command(
        "policy check",
        "hold a saved JSON report against policies, without a scan",
        "policy_check",
        "REPORT.json",
        "report written by -f json",
    ),
    Command(
        "policy dry-run",
        "say which stored reports policies would have blocked, and by which rule",
        "policy_dry_run",
        "REPORT...",
        "reports written by -f json, or directories of them",
    ),
    Command(
        "policy test",
        "run the cases beside a policy: reports that must pass and reports that must fail",
        "policy_test",
        "FILE",
        "policy, or directory of policies, with NAME.test.yaml beside each",
    ),
    Command(
        "policy explain",
        "say what a rule requires and every parameter it takes",
        "policy_explain",
        "RULE",
        "word after rule: in a policy, or a policy in Rego",
    ),
    Command(
        "policy list", "list the rules that a policy can ask for, and the policies that are shipped", "policy_list"
    ),
    Command(
        "replay",
        "make a recorded verdict again, or with other inputs and what each of them changes",
        "replay",
        "RECORD",
        "file that --record wrote",
    ),
    Command(
        "ignore add", "accept a finding, with a reason, an owner and an end", "ignore_add", "ID", "id of the finding"
    ),
    Command("ignore list", "list the exceptions", "ignore_list"),
    Command(
        "ignore check",
        "say which exceptions expired, expire soon, match nothing or too much, or have a fix by now",
        "ignore_check",
    ),
    Command("ignore prune", "take out the exceptions that expired or match nothing any more", "ignore_prune"),
    Command("ignore export", "write the exceptions that count as an OpenVEX document", "ignore_export"),
    Command("version", "show the version", "version"),
)
