"""What editions have told before: the figures of their indicators.csv, as rows of the one table.

Every edition below the folder of editions is read, of every region and month, and those that others
have followed. A record below build/disclosure/ keeps what they told, so that each is read once, and
one that is no longer in place is still known to have been published.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.catalogue.indicators import EXCLUSIONS, PART_SUFFIXES, whole_of
from vardlaget.disclosure.families import is_share
from vardlaget.disclosure.policy import Policy
from vardlaget.indicators.capacity import completed
from vardlaget.indicators.rolling import LINE, rolling_12, year_to_date
from vardlaget.indicators.wards import COUNTED, SHARES
from vardlaget.observations import KEY, NUMBERS, broken_down, empty, typed
from vardlaget.project import Project

# The edition that told a row, when it was built, and the release that it was made of ("" if that is
# not known).
EDITION, BUILT, RELEASE = ABOUT = ("edition", "built", "release")
FIGURES, MANIFEST = "indicators.csv", "manifest.json"
# What is put before a text that a spreadsheet would run.
_APOSTROPHE = r"^'(?=\s*[=+\-@\t\r])"


def told(
    project: Project,
    policy: Policy,
    indicators: Indicators,
    made_of: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The covered figures that editions of the project's folder have told: COLUMNS and ABOUT.

    Those of editions that are not in the record yet are added to it. `made_of`: the release of
    editions by their name.
    """
    kept, known, made_of = _recorded(project), _read(project), made_of or {}
    rule = hashlib.sha256(policy.model_dump_json().encode()).hexdigest()
    now = {name: [*_stamp(path), rule] for name, path in _editions(project.out).items()}
    new = [name for name, stamp in now.items() if known.get(name) != stamp]
    if new:
        found = [
            _of_edition(project.out, name, policy, indicators).assign(
                **{RELEASE: made_of.get(name, "")}
            )
            for name in new
        ]
        kept = pd.concat([kept, *found], ignore_index=True)
        kept = kept.sort_values(BUILT, kind="stable")
        kept = kept.drop_duplicates([*KEY, *NUMBERS], ignore_index=True)
        _keep(_record(project), lambda path: kept.to_parquet(path, index=False))
        stamps = json.dumps(known | {name: now[name] for name in new})
        _keep(_stamps(project), lambda path: path.write_text(stamps, encoding="utf-8"))
    return kept


def covered(rows: pd.DataFrame, policy: Policy, indicators: Indicators) -> pd.DataFrame:
    """The figures that the policy covers, each once."""
    ids = rows["indicator"].unique()
    covers = {id_: id_ in indicators and policy.covers(id_, indicators) for id_ in ids}
    chosen = rows["indicator"].map(covers).astype(bool) & rows["value"].notna()
    chosen &= rows["scenario"].isin(policy.scenarios)
    return rows[chosen].drop_duplicates([*KEY, *NUMBERS])


def copied(project: Project, told: pd.DataFrame) -> None:
    """Makes these rows, and nothing else, what has been told before in another project."""
    _stamps(project).unlink(missing_ok=True)
    _keep(_record(project), lambda path: told.to_parquet(path, index=False))


def same_numbers(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """Which rows tell the same: files have numbers with ten decimals."""
    alike = [
        np.isclose(one[name], other[name], rtol=0, atol=1e-9, equal_nan=True) for name in NUMBERS
    ]
    return np.logical_and.reduce(alike)


def told_by(shown: pd.DataFrame, rows: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """Figures shown and what follows from them, as far as `rows` may be that.

    The numbers of a share are figures too, and their ratio is a share with all its digits; a value
    may be told without them. Wards make hospitals and specialties (see `capacity.completed`),
    months make years to date and twelve months.
    """
    whole = {id_: whole_of(id_) for id_ in rows["indicator"].unique()}
    wanted = rows.assign(indicator=rows["indicator"].map(whole))
    own = shown[shown["indicator"].isin(whole.values())]
    found = pd.concat([own, _of_wards(shown, wanted, indicators)]).dropna(subset="value")
    for span, added in (("r12", rolling_12), ("ytd", year_to_date)):
        lines = wanted.loc[wanted["span"] == span, list(LINE)].drop_duplicates()
        if not lines.empty:
            found = pd.concat([found, added(found.merge(lines, on=list(LINE)), indicators)])
    shares = {id_: is_share(indicators[id_]) for id_ in whole.values()}
    exact = found[found["indicator"].map(shares).astype(bool) & (found["denominator"] > 0)]
    exact = exact.assign(value=100 * exact["numerator"] / exact["denominator"])
    nothing = dict.fromkeys(NUMBERS[:2], np.nan)
    parts = [
        found.assign(indicator=found["indicator"] + f".{part}", value=found[part])
        for part in PART_SUFFIXES
    ]
    alone = pd.concat([found, exact, *parts]).dropna(subset="value").assign(**nothing)
    return pd.concat([found, exact, alone])


def _of_wards(shown: pd.DataFrame, wanted: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """What wards that are shown make, and no row shown gives, of the figures wanted."""
    made = wanted[wanted["indicator"].isin([*COUNTED, *SHARES])]
    near = shown[shown["region"].isin(made["region"])]
    near = near[near["period"].str[:7].isin(made["period"])]
    if near.empty:
        return near
    wholes = completed(near, indicators)
    wholes = wholes[wholes["indicator"].isin(made["indicator"])]
    given = pd.MultiIndex.from_frame(near[list(KEY)])
    return wholes[~pd.MultiIndex.from_frame(wholes[list(KEY)]).isin(given)]


def _editions(out: Path) -> dict[str, Path]:
    """The indicators.csv of every edition in place, by the edition's name (`2024-02/gavleborg`)."""
    found = sorted(out.glob(f"????-??/[!.]*/{FIGURES}"))
    return {path.parent.relative_to(out).as_posix(): path for path in found}


def _of_edition(out: Path, name: str, policy: Policy, indicators: Indicators) -> pd.DataFrame:
    path = out / name / FIGURES
    rows = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    about = path.with_name(MANIFEST)
    built = json.loads(about.read_text(encoding="utf-8"))["built"] if about.is_file() else ""
    found = covered(as_observations(rows, indicators), policy, indicators)
    return found.assign(**{EDITION: name, BUILT: built})


def as_observations(figures: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """The rows of an indicators.csv as rows of the one table, but those of no indicator."""
    rows = figures[figures["indicator"].map(indicators.__contains__).astype(bool)]
    rows = rows.apply(lambda cells: cells.str.replace(_APOSTROPHE, "", regex=True))
    codes = {
        (id_, text): _code(indicators, id_, text)
        for id_, text in rows[["indicator", "exclusions"]].drop_duplicates().itertuples(index=False)
    }
    exclusions = [codes[pair] for pair in zip(rows["indicator"], rows["exclusions"], strict=True)]
    broken = pd.DataFrame([broken_down(text) for text in rows["breakdown"]], index=rows.index)
    numbers = {name: pd.to_numeric(rows[name], errors="coerce") for name in NUMBERS}
    return typed(rows.assign(exclusions=exclusions, **broken, **numbers, note=""))


def _code(indicators: Indicators, id_: str, text: str) -> str:
    """The exclusions that a text tells; none where they are the indicator's own."""
    if text == indicators[id_].exclusions:
        return ""
    return next((code for code, words in EXCLUSIONS.items() if words == text), "")


def _place(project: Project, suffix: str) -> Path:
    """One for each folder of editions: what is in another has not been published with these."""
    digest = hashlib.sha256(str(project.out).encode()).hexdigest()
    return project.build / "disclosure" / f"published-{digest[:12]}{suffix}"


def _record(project: Project) -> Path:
    return _place(project, ".parquet")


def _stamps(project: Project) -> Path:
    """Which editions are in the record: a file's size and time, and the rule they were read by."""
    return _place(project, ".json")


def _recorded(project: Project) -> pd.DataFrame:
    path = _record(project)
    if path.is_file():
        kept = pd.read_parquet(path)
        return kept if RELEASE in kept else kept.assign(**{RELEASE: ""})
    return empty().assign(**{name: pd.Series(dtype="str") for name in ABOUT})


def _read(project: Project) -> dict[str, list]:
    path = _stamps(project)
    known = path.is_file() and _record(project).is_file()
    return json.loads(path.read_text(encoding="utf-8")) if known else {}


def _stamp(path: Path) -> list[int]:
    about = path.stat()
    return [about.st_size, about.st_mtime_ns]


def _keep(path: Path, write: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    write(aside)
    aside.replace(path)
