"""Which period a figure stands for: the newest month, the same month last year."""

import pandas as pd

from vardlaget.periods import Month

# A monthly figure older than this, beyond its indicator's own lag, is not shown as the newest.
MONTHS_BACK = 1


def newest(frame: pd.DataFrame, month: Month, lag_months: int = 0) -> pd.DataFrame:
    """The rows of the newest period that is at most `lag_months` + 1 months old.

    `frame`: observations of one indicator and span month, ytd or r12. Rows without a value count
    only where no period has one, so that "not available" is told rather than left out.
    """
    months = frame["period"].to_numpy(dtype=object)
    near = (months >= str(month.minus(lag_months + MONTHS_BACK))) & (months <= str(month))
    valued = near & frame["value"].notna().to_numpy()
    chosen = valued if valued.any() else near
    return frame[chosen & (months == max(months[chosen], default=""))]


def year_before(period: str) -> str:
    """The same month, or year, one year earlier: `2023-02` → `2022-02`, `2023` → `2022`."""
    return f"{int(period[:4]) - 1}{period[4:]}"
