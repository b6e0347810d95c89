"""A process that renders one document after the other does not grow."""

import subprocess
import sys

PROGRAM = """
import importlib.resources, resource, sys
from pathlib import Path
from vardlaget.pipeline.render.embedded import render

fonts = Path(str(importlib.resources.files("font_source_sans_pro") / "files"))
project = Path(sys.argv[1])
(project / "reports").mkdir()
(project / "_variables.yml").write_text("{}")
(project / "_quarto.yml").write_text(
    "project: {type: default}\\nlang: sv\\nexecute: {enabled: false}\\nformat:\\n  typst: {}\\n"
)
for number in range(12):
    rows = "\\n\\n".join(f"Rad {row} av rapport {number}, med sin text." for row in range(1200))
    name = f"reports/rapport-{number}.qmd"
    (project / name).write_text(f"---\\ntitle: Rapport\\n---\\n\\n{rows}\\n")
    render(project, name, project / "out", fonts=fonts, timestamp=1_709_251_200)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
"""


def test_its_peak_after_many_documents_is_that_after_a_few(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, check=True
    )
    peaks = [int(line) for line in done.stdout.split()]
    assert len(peaks) == 12
    assert peaks[-1] < 1.2 * peaks[3]
