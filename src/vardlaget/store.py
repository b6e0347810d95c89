"""The store: what one region's notebooks read, as Parquet, cut from the whole reading."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from vardlaget import observations
from vardlaget.catalogue import Agreement, Indicators, Region
from vardlaget.periods import Month

if TYPE_CHECKING:
    from vardlaget.sources import Reading

# The 13 months of the field's charts, their R12 values and the same periods a year earlier; and
# four years for what is judged statistically.
MONTHS_BACK = 48
# Regions are compared over the 13 months of the field's charts.
MONTHS_COMPARED = 12
COMPARED = ("waiting_times", "capacity", "beds")


def cut(
    reading: "Reading",
    region: Region,
    month: Month,
    agreements: tuple[Agreement, ...],
    indicators: Indicators,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A region's observations with what they are compared with, and the findings about them."""
    # Imported here: notebooks read a store that is ready, and the readers' libraries load slowly.
    from vardlaget.sources.findings import as_frame

    frame = reading.frame
    kept = observations.slice_for(frame, region.code, month, MONTHS_BACK).index
    kept = kept.union(required(frame, agreements).index)
    kept = kept.union(compared(frame, indicators, month).index)
    return frame.loc[kept], concerning(as_frame(reading.findings), region)


def required(frame: pd.DataFrame, agreements: tuple[Agreement, ...]) -> pd.DataFrame:
    """All regions' observations of the indicators that agreements' requirements name."""
    wanted = {m.indicator for a in agreements for part in a.parts for m in part.measures}
    return frame[frame["indicator"].isin(wanted) & (frame["unit"] == "")]


def compared(frame: pd.DataFrame, indicators: Indicators, month: Month) -> pd.DataFrame:
    """All regions' whole-region monthly figures that regions are compared by."""
    subjects = {id_: indicators[id_].subject for id_ in frame["indicator"].unique()}
    first = str(month.minus(MONTHS_COMPARED))
    whole = (frame[["unit", *observations.BREAKDOWNS]] == "").all(axis=1)
    rows = whole & (frame["span"] == "month") & (frame["scenario"] == "actual")
    rows &= (frame["period"] >= first) & (frame["period"] <= str(month))
    return frame[rows & frame["indicator"].map(subjects).isin(COMPARED)]


def concerning(findings: pd.DataFrame, region: Region) -> pd.DataFrame:
    """Findings about the region, the country, or files as a whole."""
    own = findings["region"].isin([region.code, "00"])
    return findings[own | ((findings["region"] == "") & (findings["kind"] != "warning"))]


def write(folder: Path, frame: pd.DataFrame, findings: pd.DataFrame) -> Path:
    """Writes both tables into the folder and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(folder / "observations.parquet", index=False)
    findings.to_parquet(folder / "findings.parquet", index=False)
    return folder


def read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `write` wrote."""
    frame = observations.typed(pd.read_parquet(folder / "observations.parquet"))
    return frame, pd.read_parquet(folder / "findings.parquet")
