"""Files whose owner or group has no name in the image."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from scantling.model.evidence_modes import ModeFacts
from scantling.model.finding import Finding

from ..check import Scene
from ..file_rule import FileRule, found
from .listed import Listed

UNKNOWN_OWNER = FileRule(
    "SCN-FS-005", "Files of an unknown owner", "LOW",
    "Nobody in the image has this number; whoever is given it later, inside or on the host, owns these files.",
    "COPY --chown with a user of the image, or chown -R; create the user where one is missing.",
    references=("https://cwe.mitre.org/data/definitions/282.html",),
)  # fmt: skip
_DIRECTORIES = 8  # more directories of one owner than these are named together, by the directory above them


def run(scene: Scene, layers: Sequence[Listed]) -> Iterator[Finding]:
    """One finding for each owner and directory. Numbers that the image's own USER names are known; where etc/passwd or
    etc/group is not there nobody has a name, and nothing is said."""
    uids, gids = _known(scene, layers)
    if uids is None or gids is None:
        return
    counts: dict[tuple[int, int], Counter[str]] = {}
    where: dict[tuple[tuple[int, int], str], int] = {}
    for layer in layers:
        strange = {
            number for number, (uid, gid) in enumerate(layer.owners) if uid not in uids or gid not in gids
        }  # fmt: skip
        if not strange:
            continue
        for path, number in zip(layer.paths, layer.owner_of, strict=True):
            if number in strange and path not in layer.hidden:
                owner, directory = layer.owners[number], "/".join(path.split("/")[:-1][:2])
                counts.setdefault(owner, Counter())[directory] += 1
                where[owner, directory] = layer.number
    for owner, directories in sorted(counts.items()):
        for directory, count in sorted(_together(directories).items()):
            layer_number = max(number for (who, at), number in where.items() if who == owner and _is_in(at, directory))
            said = f"{count} of {_named(owner, uids, gids)}"
            yield found(scene, UNKNOWN_OWNER, directory, said, place=f"{owner[0]}:{owner[1]}", layer=layer_number)


def _known(scene: Scene, layers: Sequence[Listed]) -> tuple[set[int] | None, set[int] | None]:
    modes = scene.evidence("modes", ModeFacts)
    passwd = scene.view.provider("etc/passwd")
    facts = modes[passwd] if passwd is not None else None
    uids = None if facts is None or facts.accounts is None else {uid for _, uid in facts.accounts}
    group = scene.view.provider("etc/group")
    listing = next((layer for layer in layers if layer.number == group), None)
    gids = None if listing is None or listing.groups is None else set(listing.groups)
    user, _, its_group = scene.info.config.user.partition(":")
    if uids is not None and gids is not None:
        uids |= {0} | _number(user)
        gids |= {0} | _number(its_group) | _number(user)
    return uids, gids


def _number(word: str) -> set[int]:
    return {int(word)} if word.isascii() and word.isdigit() and len(word) <= 10 else set()


def _together(directories: Counter[str]) -> Counter[str]:
    """Directories, or those above them where there are too many."""
    for depth in (2, 1, 0):
        joined: Counter[str] = Counter()
        for directory, count in directories.items():
            joined["/".join(directory.split("/")[:depth])] += count
        if len(joined) <= _DIRECTORIES:
            break
    return joined


def _is_in(path: str, directory: str) -> bool:
    return not directory or path == directory or path.startswith(directory + "/")


def _named(owner: tuple[int, int], uids: set[int], gids: set[int]) -> str:
    words = [f"uid {owner[0]}"] if owner[0] not in uids else []
    return " and ".join(words + ([f"gid {owner[1]}"] if owner[1] not in gids else []))
