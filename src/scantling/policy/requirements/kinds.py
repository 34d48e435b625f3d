"""Rules that are about one kind of finding and nothing more: which findings, where it is looked for, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scantling.model.report import Report

from ..choosing import COMMON, breaches, chosen, fixes_of
from ..requirement import Breach, Circumstances, Requirement


def _of_kind(
    id: str, kind: str, scanner: str, noun: tuple[str, str], summary: str, advice: str, ids: tuple[str, ...] = ()
) -> Requirement:
    """``ids``: only of these findings of ``kind``, and then no parameter of the policy needs to name them. ``advice``:
    what is to be done, "" for what each finding says of that."""

    def judge(report: Report, parameters: Mapping[str, Any], circumstances: Circumstances) -> Iterable[Breach]:
        found = chosen(report, kind, {**parameters, "ids": ids} if ids else parameters)
        said = advice or fixes_of(found, "each finding names its fix")
        return breaches(found, parameters, circumstances, noun, said)

    known = {name: schema for name, schema in COMMON.items() if not ids or name not in {"ids", "except_ids"}}
    return Requirement(id, summary, judge, known, scanner=scanner)


REQUIREMENTS: tuple[Requirement, ...] = (
    _of_kind(
        "secrets", "secret", "secret", ("secret", "secrets"),
        "No secret in any layer or in the configuration.",
        "revoke the secret where it was issued, then build without it: what a later layer deletes is still there",
    ),
    _of_kind(
        "misconfiguration", "misconfig", "misconfig", ("misconfiguration", "misconfigurations"),
        "No misconfiguration that the given conditions hold for.",
        "",
    ),
    _of_kind(
        "malware", "malware", "malware", ("malicious file or package", "malicious files or packages"),
        "No malware, no package that is known to be malicious.",
        "remove the file or package, and find out how it came into the build",
    ),
    _of_kind(
        "integrity", "integrity", "integrity", ("integrity problem", "integrity problems"),
        "Every file is as its package installed it, and every program belongs to a package.",
        "reinstall the package, or install the program from one",
    ),
    _of_kind(
        "setuid-files", "misconfig", "misconfig", ("setuid or setgid program", "setuid or setgid programs"),
        "No setuid or setgid program, and no file capability, beside those that distributions ship.",
        "chmod ug-s FILE or setcap -r FILE in the layer that brings it; except_paths accepts one",
        ids=("SCN-FS-001", "SCN-FS-002"),
    ),
    _of_kind(
        "unowned-executables", "integrity", "integrity", ("place with executables", "places with executables"),
        "No executable that no package owns.",
        "install it from a package, or record it in a bill of materials in the image; except_paths accepts one",
        ids=("SCN-INT-010", "SCN-INT-011"),
    ),
    _of_kind(
        "end-of-life", "eol", "vuln", ("thing past its end of life", "things past their end of life"),
        "Nothing is past the end of its security support.",
        "move to a supported release",
    ),
    _of_kind(
        "outdated", "outdated", "vuln", ("outdated package", "outdated packages"),
        "No package is behind the newest fixed version of its distribution.",
        "upgrade when the image is built: apt-get upgrade, apk upgrade, dnf upgrade",
    ),
)  # fmt: skip
