"""The systems that ``scantling ci init`` writes for, each with its template and what has to be known of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class System:
    """``path`` is where the system looks for its file, ``template`` the package's file. ``signs`` are paths that a
    repository has that uses the system, ``hosts`` what its remote's host begins or ends with. ``needs`` is what the
    user still has to do, a sentence each."""

    name: str
    title: str
    path: str
    template: str
    signs: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


_REGISTRY = "set REGISTRY in the file to your registry's host"
SYSTEMS: tuple[System, ...] = (
    System(
        "github", "GitHub Actions", ".github/workflows/image.yml", "github.yml",
        (".github/workflows",), ("github.com",),
        ("no secret is needed: the workflow's token pushes to ghcr.io and uploads the results",),
    ),
    System(
        "gitlab", "GitLab CI", ".gitlab-ci.yml", "gitlab.yml", (".gitlab-ci.yml",), ("gitlab.",),
        (
            "no secret is needed to push; for a comment on merge requests, a project access token with the scope api "
            "in the masked variable GITLAB_TOKEN",
            "a schedule (Build > Pipeline schedules) scans again what was pushed",
        ),
    ),
    System(
        "jenkins", "Jenkins", "Jenkinsfile", "Jenkinsfile", ("Jenkinsfile",), (),
        (_REGISTRY, 'add a credential with the id "registry"; the plugins are JUnit and Warnings (warnings-ng)'),
    ),
    System(
        "azure", "Azure Pipelines", "azure-pipelines.yml", "azure.yml",
        ("azure-pipelines.yml", "azure-pipelines.yaml"), ("dev.azure.com", "visualstudio.com"),
        (_REGISTRY, "set the secret variables REGISTRY_USER and REGISTRY_PASSWORD of the pipeline"),
    ),
    System(
        "circleci", "CircleCI", ".circleci/config.yml", "circleci.yml", (".circleci",), (),
        (_REGISTRY, "set REGISTRY_USER and REGISTRY_PASSWORD in the project's environment"),
    ),
    System(
        "bitbucket", "Bitbucket Pipelines", "bitbucket-pipelines.yml", "bitbucket.yml",
        ("bitbucket-pipelines.yml",), ("bitbucket.org",),
        ("set REGISTRY, REGISTRY_USER and REGISTRY_PASSWORD (secured) as repository variables",),
    ),
    System(
        "tekton", "Tekton", "tekton/scantling.yaml", "tekton.yaml", (".tekton", "tekton"), (),
        ("let the task before leave the image as an OCI layout in the workspace",),
    ),
    System(
        "pre-commit", "pre-commit", ".pre-commit-config.yaml", "pre-commit.yaml", (), (),
        ("run once: pre-commit install",),
    ),
)  # fmt: skip


def system(name: str) -> System | None:
    """The system called ``name``."""
    return next((one for one in SYSTEMS if one.name == name), None)
