"""Waiting lists: waits below zero, days that no calendar has, codes that mean nothing, a cut."""

from odd_files.cases import Case, aside, refused

HEAD = "region,phase,referral_date,start_date,deviation_code"
GOOD = "23,first_visit,2024-01-02,2024-01-10,\n23,first_visit,2024-01-03,,\n"
ROWS = {
    "negative-wait": "23,first_visit,2024-01-10,2024-01-02,",
    "no-leap-day": "23,first_visit,2023-02-29,,",
    "year-0024": "23,first_visit,0024-01-02,,",
    "unknown-code": "23,first_visit,2024-01-02,,9",
    "unknown-region": "99,first_visit,2024-01-02,,",
    "unknown-phase": "23,vila,2024-01-02,,",
    "no-date": "23,first_visit,,,",
}
