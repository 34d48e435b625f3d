"""Bounds that a child process sets itself before it touches anything hostile."""

from __future__ import annotations

from pathlib import Path


def address_space() -> int:
    """Bytes of address space that this process has now; 0 where the system does not say (macOS)."""
    import resource

    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def confine(max_bytes: int) -> None:
    """No core file, and at most ``max_bytes`` of address space, or what is allowed already if that is less. Raises
    ``ValueError`` or ``OSError`` where the system refuses (macOS); the core file is off by then."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    ceiling = max_bytes if hard == resource.RLIM_INFINITY else min(hard, max_bytes)
    if soft == resource.RLIM_INFINITY or soft > ceiling:
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, hard))
