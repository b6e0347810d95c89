"""The one table without its small numbers."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.disclosure.cells import readings
from vardlaget.disclosure.codes import LINE
from vardlaget.disclosure.policy import Policy
from vardlaget.disclosure.primary import problems, small_cells, summaries
from vardlaget.disclosure.remembered import Answer, Memory
from vardlaget.disclosure.secondary import hidden_rows
from vardlaget.observations import KEY, NUMBERS, labelled, noted
from vardlaget.workers import end_with_main_process

# From so many rows on, other processes are worth what they take to begin.
MANY = 4000
# One note for all: whoever knew which were hidden for others' sake would know which are small.
NOTE = "skyddad uppgift (x): bygger på få personer, eller skulle röja uppgifter som gör det"


def protect(
    frame: pd.DataFrame,
    policy: Policy,
    indicators: Indicators,
    earlier: Sequence[pd.DataFrame] = (),
    memory: Path | None = None,
    workers: int = 1,
) -> pd.DataFrame:
    """The one table with every row `suppressed` that must not be shown: no numbers, and `NOTE`.

    Hidden are the counts that are small by the policy, shares of, on and short of so few, and
    as many other rows as it takes that none of them can be derived or told to be small (see
    `secondary`). `earlier`: tables that have been published; their figures cannot be hidden any
    more, so others are. What is shown is rounded if the policy says so. `memory`: a folder where
    answers are kept, so that only months that are new or changed are searched. `workers`: how
    many processes search, where there is much to search.
    """
    known = Memory.of(memory, policy) if memory else None
    rows = frame.reset_index(drop=True).assign(open=False)
    everything = pd.concat([rows, _published(rows, earlier)])
    everything["former"] = everything["open"]
    apart = problems(everything, policy, indicators)
    answers = _answers([part for _, part in apart], policy, indicators, known, workers)
    hidden = [np.zeros(0, dtype=int), *(answer.rows for answer in answers)]
    few = [
        part.loc[answer.lines, list(LINE)].assign(family=family)
        for (family, part), answer in zip(apart, answers, strict=True)
    ]
    if few:
        hidden.append(summaries(rows, pd.concat(few)).to_numpy())
    positions = np.unique(np.concatenate(hidden)).astype(int)
    return _rounded(_suppressed(frame, positions), policy, indicators)


def _answers(
    parts: list[pd.DataFrame],
    policy: Policy,
    indicators: Indicators,
    known: Memory | None,
    workers: int,
) -> list[Answer]:
    """What is to be hidden in each part, remembered or found."""
    answers = [known.answer(part) if known else None for part in parts]
    new = [place for place, answer in enumerate(answers) if answer is None]
    new.sort(key=lambda place: -len(parts[place]))  # so that no long one is begun last
    find = partial(_found, policy=policy, indicators=indicators)
    found = _searched([parts[place] for place in new], find, workers)
    for place, answer in zip(new, found, strict=True):
        answers[place] = answer
        if known:
            # As soon as it is found, so that a search that is broken off goes on where it stopped.
            known.keep(parts[place], answer)
    if known:
        known.forget_old()
    return answers


def _searched(
    parts: list[pd.DataFrame], find: Callable[[pd.DataFrame], Answer], workers: int
) -> Iterator[Answer]:
    """What is found in each part, in their order, in so many processes where there is much."""
    if workers > 1 and sum(map(len, parts)) >= MANY:
        with ProcessPoolExecutor(workers, get_context("spawn"), end_with_main_process) as pool:
            yield from pool.map(find, parts)
    else:
        yield from map(find, parts)


def _found(part: pd.DataFrame, policy: Policy, indicators: Indicators) -> Answer:
    hidden, few = [np.zeros(0, dtype=int)], []
    for cells in readings(part, indicators):
        small = small_cells(cells, policy)
        if small.any():
            hidden.append(hidden_rows(cells, small, policy))
            few.append(cells.frame[small & cells.frame["quantity"].str.endswith(".all")])
    if not few:
        return Answer(part.index[:0].to_numpy(), part.index[:0].to_numpy())
    lines = part[list(LINE)].drop_duplicates()
    few = pd.concat(few)[list(LINE)].drop_duplicates()
    lines = lines.assign(label=lines.index).merge(few)
    return Answer(np.unique(np.concatenate(hidden)), lines["label"].to_numpy())


def _published(rows: pd.DataFrame, earlier: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What earlier tables tell and is still true, as rows below 0 that are `open`."""
    told = [table[[*rows.columns[:-1]]] for table in earlier]
    if not told:
        return rows.iloc[:0]
    told = pd.concat(told).dropna(subset="value").drop_duplicates([*KEY, *NUMBERS])
    now = rows.drop_duplicates(list(KEY))[[*KEY, *NUMBERS]]
    both = told.merge(now, on=list(KEY), how="left", suffixes=("", "_now"), indicator="found")
    same = np.logical_and.reduce(
        [
            both[name].isna() | both[f"{name}_now"].isna() | (both[name] == both[f"{name}_now"])
            for name in NUMBERS
        ]
    )
    kept = both.loc[same | (both["found"] == "left_only"), list(told.columns)].assign(open=True)
    return kept.set_axis(-1 - np.arange(len(kept)))


def _suppressed(frame: pd.DataFrame, positions: np.ndarray) -> pd.DataFrame:
    chosen = np.zeros(len(frame), dtype=bool)
    chosen[positions[positions >= 0]] = True
    numbers = {name: frame[name].mask(chosen) for name in NUMBERS}
    made = frame.assign(**numbers, status=frame["status"].mask(chosen, "suppressed"))
    made = labelled(made, chosen & (frame["status"] == "synthetic"))
    return noted(made, chosen, NOTE)


def _rounded(frame: pd.DataFrame, policy: Policy, indicators: Indicators) -> pd.DataFrame:
    """The covered counts to the nearest multiple of the policy's base, shares computed of them."""
    base = policy.rounding
    if base is None:
        return frame
    ids = frame["indicator"].unique()
    chosen = frame["indicator"].isin([id_ for id_ in ids if policy.covers(id_, indicators)])
    chosen &= frame["scenario"].isin(policy.scenarios) & frame["value"].notna()
    shares = frame["numerator"].notna() & frame["denominator"].notna()
    counts = chosen & frame["indicator"].map({id_: indicators[id_].unit == "count" for id_ in ids})
    above, below, value = (
        frame[name].mask(rows, np.floor(frame[name] / base + 0.5) * base)
        for name, rows in (("numerator", chosen), ("denominator", chosen), ("value", counts))
    )
    value = value.mask(chosen & shares & ~counts, 100 * above / below.where(below > 0))
    return frame.assign(numerator=above, denominator=below, value=value)
