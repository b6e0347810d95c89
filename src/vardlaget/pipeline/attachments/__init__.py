"""Attachments of an edition: indicators.csv, each table as CSV, all in one workbook, and
datapackage.json, which describes the CSV files."""

from pathlib import Path

from vardlaget.pipeline.attachments import csv_files, datapackage, workbook
from vardlaget.pipeline.attachments.about import Edition
from vardlaget.pipeline.attachments.csv_files import INDICATOR_COLUMNS
from vardlaget.pipeline.attachments.tables import captions, collected

__all__ = ["INDICATOR_COLUMNS", "captions", "write"]


def write(
    folder: Path, cells: dict[str, list[dict]], about: dict, titles: dict[str, str]
) -> list[Path]:
    """Writes all attachments into the edition's folder; returns the files.

    `cells`: the records of the cells that each publication embeds (Published.payload), by the
    publication's name. `about`: the manifest's publications, parameters and time. `titles`: the
    caption of each table, see `captions`. Raises NotebookError where two tables share a name.
    """
    edition = Edition.of(about, cells)
    tables = collected(cells, titles)
    rows = csv_files.indicator_rows(cells)
    files = [csv_files.write_indicators(folder / "indicators.csv", rows)]
    files += [csv_files.write_table(folder / table.path, table) for table in tables]
    files.append(datapackage.write(folder / "datapackage.json", edition, tables))
    if tables:
        files.append(workbook.write(folder / "tabeller.xlsx", edition, tables))
    return files
