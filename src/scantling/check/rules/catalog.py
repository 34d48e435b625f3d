"""Every configuration rule that judges recipes and manifests. To add one: write its file, add its line here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from ..rule import Rule

_RECIPES = (  # judge Dockerfiles and histories
    "user_root", "user_by_name", "no_healthcheck", "add_remote", "add_local", "pipe_to_shell", "apt_lists", "apt_pins",
    "apt_recommends", "update_alone", "sudo", "latest_tag", "exposed_ports", "docker_socket", "unchecked_tls",
    "chmod_777", "build_tools", "pip_cache", "several_entrypoints", "copy_from_itself", "ports_out_of_range",
    "relative_workdir", "copy_without_slash", "stage_named_twice", "cd_in_run", "wget_and_curl", "install_asks",
    "maintainer", "whole_upgrade", "system_workdir", "build_secrets", "pipefail",
)  # fmt: skip
_MANIFESTS = (  # judge Compose files and Kubernetes objects
    "run_privileged", "run_host_namespaces", "run_capabilities", "run_escalation", "run_non_root", "run_read_only",
    "run_open_ports", "run_secret_environment", "run_host_paths", "run_limits", "run_service_account", "run_seccomp",
    "run_apparmor", "run_selinux", "run_proc_mount", "run_sysctls", "run_volume_types", "run_host_process",
    "run_kept_capabilities", "run_added_capabilities", "run_requests", "run_wide_roles", "run_wide_bindings",
    "run_config_map_secrets", "run_host_probes",
)  # fmt: skip


@cache
def rules() -> tuple[Rule, ...]:
    """All of them."""
    return tuple(import_module(f"{__package__}.{name}").RULE for name in (*_RECIPES, *_MANIFESTS))


@cache
def recipe_rules() -> tuple[Rule, ...]:
    """Those that judge a recipe: an image needs no other."""
    return tuple(import_module(f"{__package__}.{name}").RULE for name in _RECIPES)
