"""Regions built side by side: each from its own figures, in its own folder, like one by one."""

import json

import pytest

import small_project
from small_project import EPOCH, MONTH

SLUGS = {"24": "vasterbotten", "23": "jamtland-harjedalen"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return small_project.make(tmp_path / "project")


def build(project, out: str, *which: str) -> dict[str, bytes]:
    small_project.any_command(
        project, "build", *which, "--month", MONTH, "--engine", "embedded", "--out", project / out
    )
    return small_project.contents(project / out / MONTH)


def test_regions_side_by_side_are_as_one_by_one(project):
    together = build(project, "together", "--all-regions")
    for code, slug in SLUGS.items():
        executed = project / "build" / MONTH / slug / "executed" / "waiting_times.ipynb"
        told = json.loads(executed.read_text(encoding="utf-8"))["metadata"]["papermill"]
        assert told["parameters"] == {"region": code, "month": MONTH}
        assert told["output_path"] == str(executed)
    for code in SLUGS:
        alone = build(project, "alone", "--region", code, "--afresh")
    assert together == alone
    assert together["vasterbotten/prov.html"] != together["jamtland-harjedalen/prov.html"]
