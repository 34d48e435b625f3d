"""Runs the shell steps of pipeline files as their systems would, with Podman as ``docker`` and nothing installed.

What a system does around a step (variables, when a step runs) is told by its manual: GitHub's, GitLab's, Jenkins',
Azure's, CircleCI's, Bitbucket's and Tekton's.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

COMMIT = "4f0c" * 10
SHIM = """#!/bin/sh
# python3 -m venv DIR: the interpreter of the tests, with the program that is tested
if [ "$1" = -m ] && [ "$2" = venv ]; then
  mkdir -p "$3/bin"
  ln -sf "{bin}/scantling" "$3/bin/scantling"
  ln -sf "{shims}/pip" "$3/bin/pip"
  exit 0
fi
exec "{python}" "$@"
"""


@dataclass(frozen=True)
class Step:
    name: str
    script: str
    env: dict[str, str]


def shims(folder: Path, podman: list[str]) -> Path:
    """A directory for PATH: ``docker`` is Podman, ``pip`` and ``apk`` install nothing."""
    folder.mkdir()
    binaries = Path(sys.executable).parent
    texts = {
        "docker": f'#!/bin/sh\nexec {" ".join(podman)} "$@"\n',
        "pip": "#!/bin/sh\nexit 0\n",
        "apk": "#!/bin/sh\nexit 0\n",
        "python3": SHIM.format(bin=binaries, shims=folder, python=sys.executable),
        "scantling": f'#!/bin/sh\nexec "{binaries}/scantling" "$@"\n',
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


def run(steps: list[Step], cwd: Path, environ: dict[str, str]) -> tuple[int, str]:
    """Run them until one fails; its exit code, and what all of them said."""
    said = ""
    for step in steps:
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.script],
            cwd=cwd, env={**environ, **step.env}, capture_output=True, text=True, check=False, timeout=120,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        said += f"--- {step.name}\n{done.stdout}{done.stderr}"
        if done.returncode:
            return done.returncode, said
    return 0, said


def steps_of(system: str, text: str, host: str, name: str) -> list[Step]:
    """The steps of a push to the default branch. ``host`` is the registry, whose login anybody passes."""
    login = {"REGISTRY": host, "REGISTRY_USER": "u", "REGISTRY_PASSWORD": "p", "REGISTRY_TOKEN": "p"}
    return [Step(one.name, one.script, {**login, **one.env}) for one in READERS[system](text, f"{host}/{name}")]


def _github(text: str, image: str) -> list[Step]:
    job = yaml.safe_load(text)["jobs"]["build"]
    env = {"IMAGE": image, "TAG": COMMIT, "SCANTLING_VERSION": "0"}
    wanted = ("Build", "Install Scantling", "Scan", "Push")
    named = {step.get("name"): step["run"] for step in job["steps"] if "run" in step}
    return [Step(name, named[name], env) for name in wanted]


def _gitlab(text: str, image: str) -> list[Step]:
    value = yaml.safe_load(text)
    env = {
        "CI_REGISTRY": image.partition("/")[0], "CI_REGISTRY_IMAGE": image, "CI_COMMIT_SHA": COMMIT,
        "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main", "CI_REGISTRY_USER": "u", "CI_REGISTRY_PASSWORD": "p",
        "CI_PROJECT_DIR": ".", "SCANTLING_VERSION": "0", "IMAGE": f"{image}:{COMMIT}",
    }  # fmt: skip
    return [Step("job", "\n".join([*value[".scantling"]["before_script"], *value["build"]["script"]]), env)]


def _jenkins(text: str, image: str) -> list[Step]:
    env = {"IMAGE": f"{image}:{COMMIT}", "SCANTLING_VERSION": "0"}
    # in Groovy's ''' a backslash before a line's end continues the string
    scripts = [one.replace("\\\n", "") for one in re.findall(r"sh '''(.*?)'''", text, re.DOTALL)]
    return [Step(f"sh {number}", script, env) for number, script in enumerate(scripts)]


def _azure(text: str, image: str) -> list[Step]:
    env = {"IMAGE": f"{image}:{COMMIT}", "SCANTLING_VERSION": "0"}
    return [Step(step["displayName"], step["bash"], env) for step in yaml.safe_load(text)["steps"] if "bash" in step]


def _circleci(text: str, image: str) -> list[Step]:
    env = {"NAME": image.partition("/")[2], "CIRCLE_SHA1": COMMIT, "CIRCLE_BRANCH": "main", "SCANTLING_VERSION": "0",
           "BASH_ENV": "bash.env"}  # fmt: skip
    found = [step["run"] for step in yaml.safe_load(text)["jobs"]["image"]["steps"] if "run" in step]
    return [Step(run["name"], run["command"], env) for run in found]


def _bitbucket(text: str, image: str) -> list[Step]:
    (one,) = yaml.safe_load(text)["pipelines"]["branches"]["main"]
    env = {"BITBUCKET_COMMIT": COMMIT, "BITBUCKET_BRANCH": "main"}
    return [Step("step", "\n".join(one["step"]["script"]), env)]


def tekton(text: str, workspace: Path, image: str) -> list[Step]:
    """The steps of the Task, with its parameters, results and workspace in place (Tekton's variables)."""
    known = {
        "params.layout": "image:latest", "params.severity": "CRITICAL,HIGH", "params.image": image,
        "results.outcome.path": str(workspace / "outcome"), "workspaces.source.path": str(workspace),
    }  # fmt: skip
    found = []
    for step in yaml.safe_load(text)["spec"]["steps"]:
        env = {one["name"]: re.sub(r"\$\(([\w.]+)\)", lambda m: known[m[1]], one["value"]) for one in step["env"]}
        env["HOME"] = str(workspace)  # of the step's own container
        script = step["script"].replace("skopeo copy ", "skopeo copy --dest-tls-verify=false ")  # loopback: plain HTTP
        found.append(Step(step["name"], script, env))
    return found


def rescan_of(system: str, text: str, image: str) -> list[Step]:
    """What a schedule runs: the image that is in the registry, scanned again."""
    value = yaml.safe_load(text)
    if system == "github":
        named = {step.get("name"): step["run"] for step in value["jobs"]["rescan"]["steps"] if "run" in step}
        env = {"IMAGE": image, "REGISTRY_TOKEN": "p", "REGISTRY_USER": "u", "SCANTLING_VERSION": "0"}
        return [Step(name, script, env) for name, script in named.items()]
    env = {"CI_REGISTRY_IMAGE": image, "CI_REGISTRY_USER": "u", "CI_REGISTRY_PASSWORD": "p", "CI_PROJECT_DIR": ".",
           "CI_PIPELINE_SOURCE": "schedule", "SCANTLING_VERSION": "0"}  # fmt: skip
    return [Step("rescan", "\n".join([*value[".scantling"]["before_script"], *value["rescan"]["script"]]), env)]


READERS: dict[str, Any] = {
    "github": _github, "gitlab": _gitlab, "jenkins": _jenkins, "azure": _azure, "circleci": _circleci,
    "bitbucket": _bitbucket,
}  # fmt: skip


def environment(shim: Path, home: Path, **more: str) -> dict[str, str]:
    """What a step sees beside its own variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SCANTLING_", "GITHUB_", "CI"))}
    return {**kept, "PATH": f"{shim}:{os.environ['PATH']}", "HOME": str(home), **more}
