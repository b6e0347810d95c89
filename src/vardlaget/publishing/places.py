"""Which edition a command means, and where it and its neighbours stand."""

from dataclasses import dataclass
from pathlib import Path

from vardlaget.catalogue import Region, load_regions
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.pipeline import editions
from vardlaget.project import Project


@dataclass(frozen=True)
class Place:
    """The newest edition of a region's month."""

    project: Project
    region: Region
    month: Month

    @property
    def folder(self) -> Path:
        return self.project.out / str(self.month) / self.region.slug

    @property
    def work(self) -> Path:
        """What a build leaves: the executed notebooks, what they read, the review."""
        return self.project.build / str(self.month) / self.region.slug

    @property
    def name(self) -> str:
        return f"{self.region.name}, {self.month}"

    def manifest(self) -> dict:
        """Raises InputError where there is no edition."""
        found = editions.manifest(self.folder)
        if found is None:
            raise InputError(
                f"{self.name}: there is no edition in {self.project.named(self.folder)}. Build it: "
                f"vardlaget build --region {self.region.code} --month {self.month}"
            )
        return found


def place(project: Project, region: str, month: str) -> Place:
    """The place of a region (code, name or slug) and a month. Raises InputError."""
    known = load_regions(project.reference / "regions.csv")
    return Place(project, known[region], Month.parse(month))
