"""A small real image: Debian packages unpacked as distroless images hold them, and variants of one circumstance each.

    layer 1   base-files, netbase, media-types and tzdata, each with its control file and md5sums below
              var/lib/dpkg/status.d
    layer 2   hello, a program

The packages are those of the system's own Debian release. The image follows every rule of the catalogue; a variant
differs in what its name says.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support import oci, tars

TOOLS = ("apt-get", "dpkg-deb", "tar")
BASE, PROGRAM = ("base-files", "netbase", "media-types", "tzdata"), "hello"
INSTRUCTIONS = ("/bin/sh -c #(nop) ADD file:debian in / ", "RUN /bin/sh -c apt-get install hello # buildkit")
BUILT = "2026-11-10T00:00:00Z"
CONFIG: Mapping[str, Any] = {
    "User": "10001",
    "Cmd": ["/usr/bin/hello"],
    "ExposedPorts": {"8080/tcp": {}},
    "Healthcheck": {"Test": ["CMD", "/usr/bin/hello"]},
    "Labels": {"org.opencontainers.image.source": "https://example.com/hello", "tier": "gold"},
}


@dataclass(frozen=True)
class Variant:
    """``config`` replaces entries of the configuration (None takes one out); ``members`` is one more layer, brought by
    ``instruction``; ``built`` is when the base was built."""

    config: Mapping[str, Any] = field(default_factory=dict)
    members: tuple[tars.Member, ...] = ()
    instruction: str = ""
    built: str = BUILT
    annotations: Mapping[str, str] = field(default_factory=dict)


def missing() -> str:
    """Why the image cannot be built here, "" when it can."""
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"not installed: {', '.join(absent)}: needs Debian" if absent else ""


def layers(directory: Path) -> tuple[bytes, ...]:
    """The two layers, from packages that apt fetches into ``directory``. Raises ``RuntimeError`` where apt cannot."""
    debs = directory / "debs"
    debs.mkdir(parents=True)
    outcome = subprocess.run(
        ["apt-get", *_lists(directory), "download", "-qq", *BASE, PROGRAM],
        cwd=debs, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if outcome.returncode != 0:
        raise RuntimeError(f"apt-get download: {outcome.stderr.strip()[-500:]}")
    return tuple(_layer(debs, directory / f"root-{names[0]}", names) for names in (BASE, (PROGRAM,)))


def _lists(directory: Path) -> list[str]:
    """apt's lists: the system's own, or fetched for this image alone where the system has none."""
    if subprocess.run(["apt-cache", "show", PROGRAM], capture_output=True, check=False).returncode == 0:
        return []
    own = directory / "apt"
    (own / "lists/partial").mkdir(parents=True)
    words = ["-o", f"Dir::State::lists={own / 'lists'}", "-o", f"Dir::Cache={own}", "-o", "APT::Sandbox::User=root"]
    subprocess.run(["apt-get", *words, "update", "-qq"], capture_output=True, check=True)
    return words


def _layer(debs: Path, root: Path, names: Sequence[str]) -> bytes:
    records = root / "var/lib/dpkg/status.d"
    for name in names:
        (deb,) = debs.glob(f"{name}_*.deb")
        control = debs / name
        subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
        subprocess.run(["dpkg-deb", "-e", deb, control], check=True)
        records.mkdir(parents=True, exist_ok=True)
        shutil.copy(control / "control", records / name)
        shutil.copy(control / "md5sums", records / f"{name}.md5sums")
    packed = subprocess.run(
        ["tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-C", root, "-cf", "-", "."],
        check=True, capture_output=True,
    )  # fmt: skip
    return packed.stdout


def image(base: Sequence[bytes], variant: Variant) -> oci.Image:
    """The image of these two layers as ``variant`` has it."""
    more = [tars.tar(variant.members)] if variant.members else []
    lines = [*INSTRUCTIONS, variant.instruction] if more else list(INSTRUCTIONS)

    def date(configuration: dict[str, Any]) -> None:
        configuration["history"] = [
            {"created": variant.built if not index else BUILT, "created_by": line} for index, line in enumerate(lines)
        ]

    config = {key: value for key, value in {**CONFIG, **variant.config}.items() if value is not None}
    return oci.image([*base, *more], config=config, edit_config=date, annotations=dict(variant.annotations))
