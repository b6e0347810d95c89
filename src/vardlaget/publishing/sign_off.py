"""`vardlaget approve`: a role approves what was reviewed, and the edition gets its new status."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vardlaget.catalogue import load_settings
from vardlaget.errors import InputError
from vardlaget.pipeline import editions
from vardlaget.pipeline.build import build
from vardlaget.project import Project
from vardlaget.publishing import approvals, integrity, review
from vardlaget.publishing.approvals import Approval
from vardlaget.publishing.places import Place, place

LONGEST = 100


@dataclass(frozen=True)
class Approved:
    """What was approved, the status that the edition has now, and what the next one demands."""

    approval: Approval
    status: str
    demands: str
    folder: Path


def approve(
    project: Project,
    region: str,
    month: str,
    role: str,
    name: str = "",
    progress: Callable[[str], None] = lambda step: None,
) -> Approved:
    """Binds a role, a name if one is given, and the moment to the edition that was reviewed.

    The edition is rendered again where its status changes with it; its figures stay. Raises
    InputError where there is no edition, where it was not reviewed as it stands, where a file of
    it is not the one that was made, or where data, texts or code have changed since.
    """
    where = place(project, region, month)
    about = where.manifest()
    approval = Approval(
        _plain(role, "--as"),
        _plain(name, "--name") if name else "",
        datetime.now(UTC).isoformat(timespec="seconds"),
        about.get("edition", 1),
        about.get("content", ""),
        editions.digest(about["outputs"]),
    )
    integrity.require_whole(where.folder, where.name)
    _require_reviewed(where, approval)
    _require_new(approval, approvals.read(where.folder), where)
    build(
        project,
        where.region.code,
        month,
        about["parameters"]["publication"],
        about["engine"]["name"],
        progress,
        approval=approval,
    )
    status = where.manifest()["parameters"]["status"]
    return Approved(approval, status, demanded(where), where.folder)


def demanded(where: Place) -> str:
    """`granskad: 1 person; fastställd: 2 persons, in the role chef; published: fastställd`"""
    return load_settings(where.project.settings, where.region.slug).signed_off.in_words


def _plain(text: str, option: str) -> str:
    told = " ".join(text.split())
    if not told or len(told) > LONGEST or not told.isprintable():
        raise InputError(f"{option}: give a text of at most {LONGEST} characters on one line.")
    return told


def _require_reviewed(where: Place, approval: Approval) -> None:
    seen = review.packet(where)
    if seen is None or seen["content"] != approval.content:
        why = "has not been reviewed" if seen is None else "is not what was reviewed"
        raise InputError(
            f"{where.name}: the edition {why}. Make the packet and read it: vardlaget review "
            f"--region {where.region.code} --month {where.month}"
        )


def _require_new(approval: Approval, known: tuple[Approval, ...], where: Place) -> None:
    for each in known:
        if (each.content, each.role, each.person) == (
            *(approval.content, approval.role, approval.person),
        ):
            raise InputError(f"{where.name}: {each.role} approved this content at {each.time}.")
