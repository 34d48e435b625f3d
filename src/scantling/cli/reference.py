"""The reference pages of the manual, from the code: ``python -m scantling.cli.reference DIRECTORY`` writes them.

A test holds the pages in ``docs/reference`` to what this prints.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from . import reference_compliance, reference_malware, reference_policy, reference_rules
from .catalog import COMMANDS
from .options import OPTIONS, Option, of_command

_MADE = "<!-- Written by `python -m scantling.cli.reference docs/reference`. Do not edit. -->\n\n"

EXIT_CODES = (
    ("0", "scanned; no gate was asked for, or it passed"),
    ("1", "the gate failed: a policy's rule that denies, or findings with `--exit-code 1`; "
          "with `--exit-code N` or `--exit-on-eol N` it is that N"),
    ("2", "the command line, the environment or the settings file is wrong"),
    ("3", "could not scan: the target was not found, refused, unreadable, damaged or no image; or the report could "
          "not be written; `audit verify`: changed; `comment`: the forge refuses"),
    ("4", "incomplete: something was not looked at, a gate was asked for, and `--on-gap` is not `report`; or more "
          "binaries than `--max-unowned` allows are known to nothing; `audit verify`: the last record is unfinished"),
    ("5", "the vulnerability database is missing, broken, of another schema, or older than `--max-db-age`"),
    ("130", "interrupted (Ctrl-C, SIGTERM)"),
)  # fmt: skip

GAPS = (
    ("unknown-os", "The distribution was not recognised, so no advisories could be chosen for its packages."),
    ("eol-os", "The release gets no more security updates: its advisories no longer grow."),
    ("eol-unknown", "No end-of-life date is known for the release. Does not block."),
    ("lts-os", "Only the long-term support team still cares for the release. Does not block."),
    ("unsupported-package", "Debian no longer cares for a source package, though its release is still supported."),
    ("limited-support", "Debian supports some installed source packages only in part. Does not block."),
    ("no-feed", "The database has no feed for an ecosystem that the image uses."),
    ("no-database", "There was no database to look packages up among the known malicious ones (--scanners malware)."),
    ("demo-database", "The database is the small demonstration one: it says nothing about a real image."),
    ("update-failed", "The database could not be updated; an older one was used."),
    ("stale-database", "The database was built more than five days ago."),
    ("stale-feed", "A feed in use has had no new data for thirty days."),
    ("feed-error", "A feed in use could not be had when the database was built."),
    ("feed-age-unknown", "A feed in use does not say how new it is. Does not block."),
    (
        "exception-not-counted",
        "An exception fits a finding and does not count: expired, or beyond the policy's limit. Does not block.",
    ),
    (
        "exception-too-wide",
        "An exception takes several findings by a pattern of ids alone, later ones too. Does not block.",
    ),
    (
        "vex-without-reason",
        "A VEX statement says not_affected without saying why: it was not followed. Does not block.",
    ),
    ("vex-not-read", "VEX attached to the image could not be read or does not count (--vex oci). Does not block."),
    ("clock", "The database is newer than the scan's clock: one of the clocks is wrong."),
    ("no-config", "Nothing was found that `scantling config` can judge."),
    ("no-os", "Nothing says which distribution this is, and there are no OS packages. Does not block."),
    ("no-package-database", "A distribution was found without the database of its packages."),
    ("base-index", "The index of known base images cannot be read: the base was told without it. Does not block."),
    ("base-not-compared", "Whether the base image is behind its tag could not be told (--check-base). Does not block."),
    ("attached-not-read", "What is attached to the image could not be read (rule signed-or-sbom). Does not block."),
    ("base-provenance", "What BuildKit wrote down of the build cannot be read. Does not block."),
    ("base-conflict", "What the image or its Dockerfile says of its base is not what its layers are. Does not block."),
    ("several-databases", "An old package database lies beside the one that was used. Does not block."),
    ("other-platform", "The image is for another platform than the one that was asked for."),
    ("provenance", "Which layer brought what could not be told in full. Does not block."),
    ("layer-not-read", "A layer could not be had or is of a kind that is not read."),
    ("tar-end", "A layer's archive has no proper end: it may have been cut short."),
    ("ambiguous-tar", "Two records of a layer's archive contradict each other about one entry."),
    ("dropped-entry", "An entry of a layer has no place inside the image's root and was dropped."),
    ("bad-whiteout", "A layer removes something that cannot be named."),
    ("skipped-mount", "A file system of the kernel inside a root directory was left out. Does not block."),
    ("partial-manifest", "A manifest names only part of what will be installed. Does not block."),
    ("third-party-packages", "OS packages that the distribution did not make: its advisories are silent on them."),
    ("unversioned", "A package without a version could not be matched."),
    ("unknown-version", "A version is none that the ecosystem's rules can order."),
    ("unidentified-package", "An archive that nothing in it names."),
    ("vendored-package", "A copy of a package inside another one was not matched."),
    ("packed-executable", "An executable is packed: what it holds cannot be read."),
    ("ambiguous-archive", "An archive holds two entries of one name; both were read."),
    ("unreadable-file", "A file that an analyzer wanted could not be read."),
    ("not-compared", "Files that packages own could not be compared with their records. Does not block."),
    ("unreadable-record", "One record of a file could not be read; the others were."),
    ("limit-reached", "A limit that bounds hostile input was reached; what lies beyond it was not read."),
    ("policy-error", "A rule of a policy in Rego could not be evaluated: it is not known whether it holds."),
    ("parser-failure", "A file is not what its name promises, or an analyzer failed on it."),
    ("out-of-memory", "A file needed more memory than a worker may use; nothing of it is known, nothing is kept."),
    ("stale-signatures", "The signatures of the ClamAV daemon are more than five days old."),
    ("signature-age-unknown", "The ClamAV daemon does not say how old its signatures are. Does not block."),
    ("no-daemon", "The ClamAV daemon (`--clamd`) was not there or failed: files were not shown to it."),
    (
        "scan-timeout",
        "Holding a file against the rules for malware took too long.",
    ),
    ("worker-died", "The process that read a layer was killed or fell over: nothing of that layer is known."),
)


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        "cli.md": _cli(),
        "exit-codes.md": _exit_codes(),
        "settings.md": _settings(),
        "report-schema.md": _report_schema(),
        "gaps.md": _gaps(),
        "secret-rules.md": _secret_rules(),
        "malware-rules.md": _MADE + reference_malware.page(),
        "rules.md": _MADE + reference_rules.page(),
        "policy.md": _MADE + reference_policy.page(),
        "compliance.md": _MADE + reference_compliance.page(),
    }


def _cli() -> str:
    text = (
        _MADE + "# Command line\n\nStandard output carries the report alone; everything else goes to standard error.\n"
    )
    for command in COMMANDS:
        words = " ".join(["scantling", command.name, *([command.argument] if command.argument else [])])
        text += f"\n## `{words}`\n\n{command.help[0].upper()}{command.help[1:]}."
        if command.aliases:
            text += " Also: " + ", ".join(f"`{alias}`" for alias in command.aliases) + "."
        text += "\n"
        if command.argument:
            text += f"\n`{command.argument.strip('[]')}`: {command.argument_help}.\n"
        group = ""
        for option in of_command(command.name):
            if option.group != group:
                group = option.group
                text += f"\n| {group} | |\n|---|---|\n"
            text += f"| {_names(option)} | {_about(option)} |\n"
    return text


def _names(option: Option) -> str:
    names = [f"`-{option.short}`"] if option.short else []
    names.append(f"`--{option.name}`" if option.is_flag else f"`--{option.name} {option.metavar}`")
    return ", ".join(names + [f"`--{alias}`" for alias in option.aliases])


def _about(option: Option) -> str:
    text = option.help.replace("|", "\\|")
    if option.choices:
        text += ": " + ", ".join(f"`{choice}`" for choice in option.choices)
    return text + (f" (default: {option.shown_default})" if option.shown_default else "")


def _exit_codes() -> str:
    from scantling.policy.catalog import RULES

    text = _MADE + "# Exit codes\n\n| code | meaning |\n|---|---|\n"
    text += "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES)
    text += """
A gate is asked for by `--exit-code N` or `--exit-on-eol N` with N above 0, by `--on-gap fail`, by `--max-db-age`,
or by `--max-unowned`.
Without a gate every scan that ends exits with 0, however much it found: the report says the rest.

`--exit-code` counts vulnerabilities that `--severity`, `--ignore-unfixed` and `--ignore-status` let through. Without
`--severity` it counts every severity but NEGLIGIBLE, the distribution's own word for no security problem.

## Precedence

When several rules deny, the first of this list gives the exit code; all of them are in the report's `verdict`.

| rule | denies when |
|---|---|
"""
    return text + "".join(f"| `{rule.id}` | {rule.summary} |\n" for rule in RULES)


def _settings() -> str:
    text = (
        _MADE
        + """# Settings

Every option can be given in three places. The command line beats the environment, which beats the settings file.

The settings file is `scantling.yaml` in the current directory, or what `--config` or `SCANTLING_CONFIG` names. It is a
flat mapping; a list may be written as a YAML list or as words separated by commas. Unknown keys, anchors, aliases, tags
and nesting are errors.

```yaml
severity: [CRITICAL, HIGH]
ignore-unfixed: true
exit-code: 1
```

| in the file | in the environment | value |
|---|---|---|
"""
    )
    for option in OPTIONS:
        if option.name != "config":
            text += f"| `{option.name}` | `{option.variable}` | {_kind(option)} |\n"
    text += """
These are read from the environment alone:

| variable | meaning |
|---|---|
| `SCANTLING_CONFIG` | the settings file |
| `SCANTLING_DB` | a database file to use as it is |
| `SCANTLING_FEED_MIRROR` | a URL or a path that replaces the upstream hosts of every feed |
| `SCANTLING_NOTIFY_SECRET` | the secret that signs webhooks |
| `SCANTLING_SMTP_PASSWORD` | the password of the mail server |
| `NO_COLOR` | any text: no colours |
| `COLUMNS` | the width of the table |
| `DOCKER_CONFIG` | the directory of Docker's `config.json`, for registry credentials |
| `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` | proxies |
| `SSL_CERT_FILE` | certificates to trust |
"""
    return text


def _kind(option: Option) -> str:
    if option.is_flag:
        return "true or false"
    if option.choices:
        return ("any of " if option.is_list else "one of ") + ", ".join(f"`{choice}`" for choice in option.choices)
    return f"{option.metavar}, several allowed" if option.is_list else option.metavar


def _secret_rules() -> str:
    from scantling.secret.named import RULE, TITLE
    from scantling.secret.ruleset import shipped_rules

    rules = shipped_rules()
    text = (
        _MADE
        + f"""# Rules for secrets

{len(rules) + 1} rules. *Entropy* is the least that a value must have, in bits a character; *check* is what else it must
pass; *only in* are the names of files that a rule is for. How to add rules and allow values:
[secrets](../how-to/secrets.md).

| rule | what it finds | severity | entropy | check | only in |
|---|---|---|---|---|---|
| `{RULE}` | {TITLE}, by the variable's name | HIGH | | | the image's configuration |
"""
    )
    for rule in rules:
        names = " ".join(f"`{glob}`" for glob in (*rule.paths, *rule.files))
        entropy = f"{rule.entropy:g}" if rule.entropy else ""
        check = rule.check.replace("_", " ")
        text += f"| `{rule.id}` | {rule.title} | {rule.severity} | {entropy} | {check} | {names} |\n"
    return text


def _report_schema() -> str:
    import json

    from scantling.report.json import SCHEMA_FILE, schema

    document = json.loads(schema())
    text = (
        _MADE
        + f"""# The JSON report

Schema version 1. The JSON Schema ships with the package as `scantling/report/schema/{SCHEMA_FILE}`; every report
conforms to it. Every field is always there. Lists are sorted; the same image digest, database digest, options and
`--now` give the same bytes.

## report

"""
    )
    text += _fields(document)
    for name, definition in document["$defs"].items():
        note = f"{definition['description']}\n\n" if definition.get("description") else ""
        text += f"\n## {name}\n\n{note}{_fields(definition)}"
    return text


def _fields(definition: dict[str, Any]) -> str:
    lines = "| field | type | |\n|---|---|---|\n"
    for name, field in definition["properties"].items():
        lines += f"| `{name}` | {_type(field)} | {field.get('description', '')} |\n"
    return lines


def _type(field: dict[str, Any]) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " ".join(f"`{value}`" for value in field["enum"])
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name})"
    if "anyOf" in field:
        return " or ".join(_type(choice) for choice in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    if field.get("type") == "object" and "properties" in field:
        return "{" + ", ".join(f"`{name}`" for name in field["properties"]) + "}"
    kind = field["type"]
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _gaps() -> str:
    text = (
        _MADE
        + """# Gaps: what was not looked at

A gap is something that could not be read, parsed, matched or trusted. A gap that blocks makes the report's `status`
`incomplete`; with a gate, that is exit code 4 unless `--on-gap report` leaves it to the report. "No findings" is
printed only of a complete scan.

| gap | meaning |
|---|---|
"""
    )
    return text + "".join(f"| `{name}` | {meaning} |\n" for name, meaning in GAPS)


def main(directory: str) -> None:
    for name, text in pages().items():
        Path(directory, name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
