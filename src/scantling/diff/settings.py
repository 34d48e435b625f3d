"""What the image says of itself, compared: system, base, user, command, ports and the rest of its configuration."""

from __future__ import annotations

from dataclasses import dataclass

from scantling.model.report import ReportBase, ReportOs, Target


@dataclass(frozen=True, slots=True)
class SettingChange:
    """``name`` is the field's; "" stands for what is not set."""

    name: str
    before: str
    after: str


def setting_changes(old: Target, new: Target) -> tuple[SettingChange, ...]:
    """Every setting that differs, in a fixed order."""
    before, after = _settings(old), _settings(new)
    names = (*before, *(name for name in sorted(after) if name not in before))
    return tuple(
        SettingChange(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    )


def _settings(target: Target) -> dict[str, str]:
    config = target.config
    healthcheck = "" if config.healthcheck is None else " ".join(config.healthcheck)
    return {
        "platform": target.platform,
        "os": _os(target.os),
        "base": _base(target.base),
        "user": config.user,
        "entrypoint": " ".join(config.entrypoint),
        "cmd": " ".join(config.cmd),
        "exposed ports": ", ".join(config.exposed_ports),
        "healthcheck": healthcheck,
        "environment names": ", ".join(config.env_names),
        **{f"label {name}": value for name, value in sorted(config.labels.items())},
    }


def _os(os: ReportOs | None) -> str:
    return (os.pretty_name or f"{os.id} {os.version_id}".strip()) if os is not None else ""


def _base(base: ReportBase | None) -> str:
    if base is None:
        return ""
    name = base.reference
    return f"{name}@{base.digest}" if base.digest else name
