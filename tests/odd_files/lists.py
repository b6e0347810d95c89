"""Waiting lists: waits below zero, days that no calendar has, codes that mean nothing, a cut."""

from odd_files.cases import Case, Figure, aside, refused, warning

HEAD = "region,phase,referral_date,start_date,deviation_code"
# Both waited at some time in January, of which one was seen after 8 days; the other had waited for
# 28 days on its last day. The second start shows that the list goes on after January.
GOOD = "{0},first_visit,2024-01-02,2024-01-10,\n{0},first_visit,2024-01-03,2024-02-28,\n"
ODD = {
    "negative-wait": ("{0},first_visit,2024-01-10,2024-01-02,", "start_before_referral", "began"),
    "no-leap-day": ("{0},first_visit,2023-02-29,,", "referral_date_no_leap_year", "29 February"),
    "year-0024": ("{0},first_visit,0024-01-02,,", "referral_date_out_of_range", "before 1990"),
    "no-date": ("{0},first_visit,,,", "referral_date_missing", "missing"),
    "unknown-code": ("{0},first_visit,2024-01-02,,9", "deviation_code_unknown", "unknown"),
    "unknown-region": ("99,first_visit,2024-01-02,,", "region_unknown", "no such region"),
    "unknown-phase": ("{0},vila,2024-01-02,,", "phase_unknown", "neither"),
}
REGIONS = ("01", "03", "04", "05", "06", "07", "08")
# Of the patients waiting, and of those whose wait was completed.
EVERYBODY = ("30d", "60d", "90d", "90d", "90d", "150d")
NOBODY = ("over_150d", "patient_chosen", "medically_caused", "over_90d_count", "over_150d_count")
NO_DAYS = ("31_60", "61_90", "91_120", "121_180", "181_365", "366_plus")
WAITS = ("median_wait", "p90_wait")


def figures(region: str) -> tuple[Figure, ...]:
    values = [
        *((name, 100.0) for name in EVERYBODY),
        *((name, 0.0) for name in (*NOBODY, *(f"days_{days}" for days in NO_DAYS))),
        ("patients", 1.0),
        ("days_0_30", 1.0),
    ]
    told = [*values, *values, *((name, wait) for name in WAITS for wait in (8.0, 28.0))]
    return tuple(
        Figure(value, unit="", indicator=f"first_visit_{name}", region=region)
        for name, value in told
    )


def odd(name: str, region: str) -> Case:
    """A list of three rows, of which the last is set aside."""
    row, code, says = ODD[name]
    content = f"{HEAD}\n{GOOD}{row}\n".format(region).encode()
    told = [aside(code, says)]
    if not row.endswith((",,", ",,9")):
        told.append(warning("nobody_waiting"))
    return Case(f"list-{name}.csv", content, tuple(told), figures(region), 2, 1)


def cut(name: str, end: str) -> Case:
    content = f"{HEAD}\n{GOOD}".format("09").encode() + end.encode()
    return Case(f"list-{name}.csv", content, refused("row 4"))


CASES = (
    *(odd(name, region) for name, region in zip(ODD, REGIONS, strict=True)),
    cut("cut", "09,first_vi"),
    cut("cut-in-date", "09,first_visit,2024-01-05,2024-01-1"),
)
