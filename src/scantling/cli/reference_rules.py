"""The reference page of the configuration rules, from the rules themselves."""

from __future__ import annotations

from scantling.check.file_modes import FILE_RULES
from scantling.check.image_files import LISTING_RULES
from scantling.check.rule import Rule
from scantling.check.rules.catalog import rules
from scantling.cis.items import ITEMS, rules_of

# what judges an item that no rule is about
_BESIDE_RULES = {
    "4.4": "the vulnerability scan: none that is critical or high with a fix, by data of this week",
    "4.5": "none: no image says who signed it",
}
_SOURCES = {
    "dockerfile": "Dockerfile", "compose": "Compose file", "kubernetes": "container or pod",
    "object": "Kubernetes object", "history": "image history",
}  # fmt: skip
_OF_FILES = sorted((*FILE_RULES, *LISTING_RULES), key=lambda rule: rule.id)


def page() -> str:
    """Every rule, and the items of the CIS Docker Benchmark by number."""
    text = """# Configuration rules

`scantling config` judges Dockerfiles, Compose files and Kubernetes manifests with these rules;
`scantling image --scanners misconfig` judges an image's configuration and history with those that say
"image". `SCN-IMG` is about the
image, `SCN-RUN` about how a container is run. How to use them: [configuration](../how-to/config.md).

| rule | severity | judges | |
|---|---|---|---|
"""
    for rule in sorted(rules(), key=lambda rule: rule.id):
        text += f"| [`{rule.id}`](#{rule.id.lower()}) | {rule.severity} | {_judges(rule)} | {rule.title} |\n"
    for rule in sorted(rules(), key=lambda rule: rule.id):
        text += f"\n## {rule.id}\n\n**{rule.title}.** {rule.why}\n\nWhat to do: {rule.fix}\n\n"
        text += "".join(f"- <{url}>\n" for url in rule.references)
        if rule.cis:
            text += f"- CIS Docker Benchmark {', '.join(rule.cis)}\n"
        if rule.also:
            text += f"- The same elsewhere: {', '.join(rule.also)}\n"
        kind, example = rule.bad[0]
        indented = "".join(f"    {line}\n" for line in example.splitlines())
        text += f"\nFound in this {_SOURCES[kind]}:\n\n{indented}"
    text += """
## Files of an image

What distributions ship (passwd, su, mount ...) is passed over by its name and place.

| rule | severity | | |
|---|---|---|---|
"""
    for one in _OF_FILES:
        text += f"| `{one.id}` | {one.severity} | {one.title}. {one.why} | {one.fix} |\n"
    return text + _cis()


def _judges(rule: Rule) -> str:
    kinds = {kind for kind, _ in rule.bad}
    names = {"dockerfile": "Dockerfile", "compose": "Compose", "kubernetes": "Kubernetes", "object": "Kubernetes"}
    found = [name for kind, name in names.items() if kind in kinds]
    if rule.recipe is not None and not rule.only_source:
        found.insert(0, "image")
    return ", ".join(dict.fromkeys(found))


def _cis() -> str:
    text = "\n## CIS Docker Benchmark, section 4\n\n"
    text += "`scantling cis TARGET` judges every item: pass, fail or not-checkable.\n\n"
    text += "| item | | rules | a person attests |\n|---|---|---|---|\n"
    for item in ITEMS:
        ids = ", ".join(f"`{id_}`" for id_ in rules_of()[item.number]) or _BESIDE_RULES[item.number]
        text += f"| {item.number} | {item.title} | {ids} | {item.remains} |\n"
    return text
