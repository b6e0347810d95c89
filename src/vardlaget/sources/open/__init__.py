"""Open sources: Kolada and SCB, fetched as dated snapshots and read as observations."""

from vardlaget.sources.open.kolada import fetch_kolada, load_kpis
from vardlaget.sources.open.reading import observations_from, read_snapshots, revisions
from vardlaget.sources.open.scb import fetch_scb
from vardlaget.sources.open.snapshots import Fetched, is_snapshot, is_snapshot_file

__all__ = [
    "Fetched",
    "fetch_kolada",
    "fetch_scb",
    "is_snapshot",
    "is_snapshot_file",
    "load_kpis",
    "observations_from",
    "read_snapshots",
    "revisions",
]
