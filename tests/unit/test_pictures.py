"""Pictures of charts: the same whatever the process has drawn before."""

from vardlaget.pipeline import pictures

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 3}]},
    "mark": {"type": "line", "clip": True},
    "encoding": {
        "x": {"field": "x", "type": "quantitative"},
        "y": {"field": "y", "type": "quantitative"},
    },
}


def test_a_picture_does_not_depend_on_what_was_drawn_before(tmp_path):
    drawn = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        pictures.write_all([SPEC], folder)
        (picture,) = folder.iterdir()
        drawn.append(picture.read_text(encoding="utf-8"))
    assert "clip-path" in drawn[0]
    assert drawn[0] == drawn[1]
