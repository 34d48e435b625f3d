"""Files of an image whose modes or owners let somebody do more than they should, and accounts without a password."""

from __future__ import annotations

from collections.abc import Iterator

from scantling.model.evidence_modes import ModeFact, ModeFacts
from scantling.model.finding import Finding

from .check import Check, Scene
from .file_rule import FileRule, found

SETID = FileRule(
    "SCN-FS-001", "setuid or setgid program", "MEDIUM",
    "Whoever runs it has its owner's rights: a mistake in it makes root of any user.",
    "Remove the program, or its bits: chmod a-s.", ("4.8",),
)  # fmt: skip
CAPABILITIES = FileRule(
    "SCN-FS-002", "Program with file capabilities", "MEDIUM",
    "Whoever runs it has these capabilities.", "Remove them: setcap -r.", ("4.8",),
)  # fmt: skip
WORLD_FILE = FileRule(
    "SCN-FS-003", "File that every user may write", "MEDIUM",
    "Any process in the container can change it.", "Remove the bit: chmod o-w.",
)  # fmt: skip
WORLD_DIR = FileRule(
    "SCN-FS-004", "Directory that every user may write, without the sticky bit", "MEDIUM",
    "Any process may replace other users' files in it.", "Set the bit (chmod +t), or chmod o-w.",
)  # fmt: skip
KEY = FileRule(
    "SCN-FS-006", "Private key that others may read", "HIGH",
    "Every user of the container can copy it.", "Keep keys out of images; where one must be there, chmod 600.",
)  # fmt: skip
OPEN_ACCOUNT = FileRule(
    "SCN-FS-007", "Account without a password", "HIGH",
    "Nobody is asked for a password who logs in or calls su.", "Lock it: passwd -l.",
)  # fmt: skip
WEAK_ACCOUNT = FileRule(
    "SCN-FS-008", "Account with a weak password hash", "MEDIUM",
    "DES and MD5 hashes are found by trying.", "Lock the account, or set its password anew with yescrypt or SHA-512.",
)  # fmt: skip
ROOT_ACCOUNT = FileRule(
    "SCN-FS-009", "Another account with uid 0", "HIGH",
    "It is root under another name.", "Give it another uid, or remove it.",
)  # fmt: skip
FILE_RULES = (SETID, CAPABILITIES, WORLD_FILE, WORLD_DIR, KEY, OPEN_ACCOUNT, WEAK_ACCOUNT, ROOT_ACCOUNT)
_OF_KIND = {"setid": SETID, "capabilities": CAPABILITIES, "world-file": WORLD_FILE, "world-dir": WORLD_DIR, "key": KEY}

# what distributions ship with these bits, by the last part of the path, below a directory of programs
_SHIPPED = frozenset({
    "chage", "chfn", "chsh", "crontab", "dbus-daemon-launch-helper", "expiry", "fusermount", "fusermount3", "gpasswd",
    "mount", "newgidmap", "newgrp", "newuidmap", "pam_timestamp_check", "passwd", "ping", "ping6", "pkexec",
    "polkit-agent-helper-1", "ssh-agent", "ssh-keysign", "su", "sudo", "umount", "unix_chkpwd", "unix_update",
    "userhelper", "utempter", "wall", "write", "bsd-write", "bbsuid", "mtr-packet", "clockdiff", "arping",
    "dotlockfile", "gst-ptp-helper",
})  # fmt: skip
_PROGRAMS = ("bin/", "sbin/", "usr/bin/", "usr/sbin/", "usr/lib/", "usr/libexec/", "lib/")


def _run(scene: Scene) -> Iterator[Finding]:
    """What a container sees; where a later layer replaced or removed it, nothing is said."""
    facts = scene.evidence("modes", ModeFacts)
    for number, layer in enumerate(facts):
        if layer is None:
            continue
        for entry in layer.entries:
            if not _is_usual(entry) and scene.is_live(number, entry.path):
                yield _finding(scene, _OF_KIND[entry.kind], entry.path, _said(entry), number)
        if layer.accounts is not None and scene.is_live(number, "etc/passwd"):
            for user, uid in layer.accounts:
                if uid == 0 and user != "root":
                    yield _finding(scene, ROOT_ACCOUNT, "etc/passwd", user, number)
        if scene.is_live(number, "etc/shadow"):
            for rule, users in ((OPEN_ACCOUNT, layer.open_accounts), (WEAK_ACCOUNT, layer.weak_accounts)):
                for user in users:
                    yield _finding(scene, rule, "etc/shadow", user, number)


def _is_usual(entry: ModeFact) -> bool:
    if entry.kind in {"setid", "capabilities"}:
        return entry.path.startswith(_PROGRAMS) and entry.path.rpartition("/")[2] in _SHIPPED
    # file systems that are mounted over when a container starts
    return entry.path in {"dev", "proc", "sys"} or entry.path.startswith(("dev/", "proc/", "sys/"))


def _said(entry: ModeFact) -> str:
    return f"mode {entry.mode:04o}, owner {entry.uid}"


def _finding(scene: Scene, rule: FileRule, path: str, said: str, layer: int) -> Finding:
    account = said if rule in (ROOT_ACCOUNT, OPEN_ACCOUNT, WEAK_ACCOUNT) else ""
    return found(scene, rule, path, said, place=account, layer=layer)


CHECK = Check("file_modes", "misconfig", _run)
