"""The twelve items of section 4 (container images and build files), and the rules that look at each.

Numbers are the benchmark's (cisecurity.org/benchmark/docker); the words are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scantling.check.file_modes import FILE_RULES
from scantling.check.image_files import LISTING_RULES
from scantling.check.rules.catalog import rules


@dataclass(frozen=True, slots=True)
class Item:
    """``scanner`` is the word of ``--scanners`` without which nothing can be said. ``remains`` is what no image shows,
    and a person has to attest; "" for nothing."""

    number: str
    title: str
    scanner: str = "misconfig"
    remains: str = ""


ITEMS = (
    Item("4.1", "The container does not run as root"),
    Item("4.2", "The base image is a trusted one", "", "which base images are trusted: name them with --trusted-base"),
    Item("4.3", "Nothing is installed without need", "misconfig", "whether the program needs what is there"),
    Item("4.4", "The image is scanned, and rebuilt when fixes are out", "vuln"),
    Item("4.5", "Only signed images are pulled", "", "that clients verify signatures (cosign, notation)"),
    Item("4.6", "A health check is set", ""),
    Item("4.7", "Package lists are updated in the step that installs"),
    Item("4.8", "No program is setuid or setgid but those the distribution ships"),
    Item("4.9", "Files are copied with COPY, not ADD"),
    Item("4.10", "No secrets in build files or layers", "secret"),
    Item("4.11", "Only packages that were verified are installed"),
    Item("4.12", "Signatures of artifacts are validated", "misconfig", "that artifacts are checked before publication"),
)


@cache
def rules_of() -> dict[str, tuple[str, ...]]:
    """Item number -> ids of the rules that look at it, sorted."""
    found: dict[str, list[str]] = {item.number: [] for item in ITEMS}
    numbers = [(rule.id, rule.cis) for rule in rules()]
    numbers += [(rule.id, rule.cis) for rule in (*FILE_RULES, *LISTING_RULES)]
    for id_, items in numbers:
        for number in items:
            found[number].append(id_)
    return {number: tuple(sorted(ids)) for number, ids in found.items()}
