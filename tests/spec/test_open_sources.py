"""What an answer of Kolada becomes in the one table."""

import pandas as pd

from conftest import ROOT
from open_source_support import kolada_row, snapshot_content
from vardlaget.catalogue import load_indicators, load_regions
from vardlaget.observations import COLUMNS
from vardlaget.sources.open import load_kpis, observations_from

# Region Jämtland Härjedalen 2024 and U79134 2016: Kolada, as in Region Halland's hälso- och
# sjukvårdsrapport (github.com/Analys-Region-Halland/hosrapport, commit 5bdf7fb). The women's and
# men's sick leave are invented.
ANSWER = [
    kolada_row("N79179", "0023", 2024, T=85.8),
    kolada_row("N79221", "0023", 2024, T=60.4),
    kolada_row("N79222", "0023", 2024, T=75.0),
    kolada_row("U79134", "0023", 2016, T=0.6),
    kolada_row("U79149", "0000", 2024, T=None),
    kolada_row("U79092", "0023", 2024, T=19.0),
    kolada_row("N60030", "0023", 2024, T=None, K=7.0, M=4.0),
]
TABLE = """
indicator              region basis     sex   age_group care_type   period value status
phone_same_day         23     completed -     -         -           2024   85.8  reported
first_visit_90d        23     waiting   -     -         -           2024   60.4  reported
first_visit_90d        23     completed -     -         -           2024   75.0  reported
displaced_per_100      23     -         -     -         somatic     2016   0.6   reported
overcrowding_per_100   00     -         -     -         psychiatric 2024   nan   missing
unplanned_readmissions 23     -         -     65+       -           2024   19.0  reported
sick_leave             23     -         -     -         -           2024   nan   missing
sick_leave             23     -         women -         -           2024   7.0   reported
sick_leave             23     -         men   -         -           2024   4.0   reported
"""


def test_an_answer_of_kolada_in_the_one_table():
    indicators = load_indicators()
    frame = observations_from(
        snapshot_content(ANSWER),
        "kolada.json",
        load_regions(ROOT / "data" / "reference" / "regions.csv"),
        indicators,
        load_kpis(ROOT / "data" / "reference" / "kolada.csv", indicators),
    )
    header, *lines = [line.split() for line in TABLE.strip().splitlines()]
    wanted = pd.DataFrame(lines, columns=header).replace("-", "").astype({"value": "float64"})
    pd.testing.assert_frame_equal(frame[header].reset_index(drop=True), wanted, check_dtype=False)
    assert list(frame.columns) == list(COLUMNS)
    assert set(frame["span"]) == {"year"}
    assert set(frame["scenario"]) == {"actual"}
    assert frame["source"].iloc[1] == "Kolada, N79221, hämtad 2026-11-22"
    assert frame["note"].iloc[4] == "Årsvärde. Värde saknas i Kolada (Missing)."
    assert frame[["numerator", "denominator"]].isna().all(axis=None)
