"""The store: what one region's notebooks read, as Parquet, cut from the whole reading.

It is in parts, and a notebook reads those that it needs: a change in one part is then no reason to
run a notebook that has never read it.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from vardlaget import observations
from vardlaget.catalogue import Agreement, Indicators, Region
from vardlaget.environment import READ
from vardlaget.periods import Month

if TYPE_CHECKING:
    from vardlaget.sources import Reading

# The 13 months of the field's charts, their R12 values and the same periods a year earlier; and
# four years for what is judged statistically.
MONTHS_BACK = 48
# Regions are compared over the 13 months of the field's charts, which may begin a month late.
MONTHS_COMPARED = 13
COMPARED = ("waiting_times", "capacity", "beds")


def cut(
    reading: "Reading",
    region: Region,
    month: Month,
    agreements: tuple[Agreement, ...],
    indicators: Indicators,
) -> dict[str, pd.DataFrame]:
    """The `environment.PARTS` of what a region's notebooks read.

    `own`: the region's observations and the country's; `required`: all regions' that agreements
    require; `compared`: all regions' that regions are compared by; `findings`: about the region.
    """
    return _of_region(reading, region, month) | _of_all(reading, month, agreements, indicators)


def lay_ready(
    folders: dict[Region, Path],
    reading: "Reading",
    month: Month,
    agreements: tuple[Agreement, ...],
    indicators: Indicators,
) -> None:
    """Writes what each region's notebooks read, see `cut`, into its folder."""
    alike = _packed(_of_all(reading, month, agreements, indicators))
    for region, folder in folders.items():
        _put(folder, _packed(_of_region(reading, region, month)) | alike)


def _of_region(reading: "Reading", region: Region, month: Month) -> dict[str, pd.DataFrame]:
    # Imported here: notebooks read a store that is ready, and the readers' libraries load slowly.
    from vardlaget.sources.findings import as_frame

    return {
        "own": observations.slice_for(reading.frame, region.code, month, MONTHS_BACK),
        "findings": concerning(as_frame(reading.findings), region),
    }


def _of_all(
    reading: "Reading", month: Month, agreements: tuple[Agreement, ...], indicators: Indicators
) -> dict[str, pd.DataFrame]:
    return {
        "required": required(reading.frame, agreements),
        "compared": compared(reading.frame, indicators, month),
    }


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


def write(folder: Path, parts: dict[str, pd.DataFrame]) -> Path:
    """Writes the parts into the folder and returns it; one that is as it was is not touched."""
    _put(folder, _packed(parts))
    return folder


def _packed(parts: dict[str, pd.DataFrame]) -> dict[str, bytes]:
    return {name: frame.to_parquet(index=False) for name, frame in parts.items()}


def _put(folder: Path, packed: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in packed.items():
        path = file(folder, name)
        if not path.exists() or path.read_bytes() != content:
            aside = path.with_suffix(f".{os.getpid()}")
            aside.write_bytes(content)
            aside.replace(path)


def file(folder: Path, part: str) -> Path:
    return folder / f"{part}.parquet"


def read(folder: Path, part: str) -> pd.DataFrame:
    """One of the parts that `write` wrote. A build is told that it was read."""
    told = os.environ.get(READ)
    if told:
        with open(told, "a", encoding="utf-8") as list_:
            list_.write(f"{part}\n")
    frame = pd.read_parquet(file(folder, part))
    return frame if part == "findings" else observations.typed(frame)
