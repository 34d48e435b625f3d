"""An image's configuration and history, judged by the rules of Dockerfiles."""

from __future__ import annotations

from scantling.check.check import Scene
from scantling.check.image_recipe import CHECK
from scantling.layers.squash import squash
from scantling.model.coverage import Gap
from scantling.model.finding import Finding
from scantling.model.image import History, ImageConfig, ImageInfo, LayerRef
from scantling.model.package import Inventory

HISTORY = (
    History("/bin/sh -c #(nop) ADD file:0123 in / "),
    History('/bin/sh -c #(nop)  CMD ["bash"]', empty_layer=True),
    History("RUN /bin/sh -c curl -fsSL https://example.com/i.sh | bash # buildkit"),
    History("EXPOSE [22/tcp]", empty_layer=True),
)


def found(config: ImageConfig, kind: str = "oci", digest: str = "sha256:c") -> list[Finding]:
    layers = (LayerRef(0, "sha256:0"), LayerRef(1, "sha256:1"))
    info = ImageInfo("x", kind, "x", config_digest=digest, config=config, layers=layers)
    results = list(CHECK.run(Scene(info, Inventory(None, ()), (), squash([]))))
    assert not any(isinstance(one, Gap) for one in results)
    return [one for one in results if isinstance(one, Finding)]


def test_findings_name_the_layer_that_a_step_made() -> None:
    ids = {one.id: one.diff_id for one in found(ImageConfig(history=HISTORY, exposed_ports=("22/tcp",)))}
    assert ids == {"SCN-IMG-001": "", "SCN-IMG-003": "", "SCN-IMG-006": "sha256:1", "SCN-IMG-013": ""}


def test_the_configuration_decides_about_the_user() -> None:
    assert [one.id for one in found(ImageConfig(user="app:app"))] == ["SCN-IMG-002"]
    assert [one.id for one in found(ImageConfig(user="10001"))] == []
    assert [one.id for one in found(ImageConfig(user="0:0"))] == ["SCN-IMG-001"]


def test_a_root_directory_has_no_configuration() -> None:
    assert found(ImageConfig(), kind="dir", digest="") == []
