"""`vardlaget publish`: the editions that have the approvals demanded, put in a folder in one step.

The new site is made beside the folder, whole, and takes its place; a crash shows the old site or
the new one.
"""

import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from vardlaget.catalogue import load_regions, load_settings
from vardlaget.catalogue.sign_off import STATUSES
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.pipeline import assets, editions, front_page, locks
from vardlaget.project import Project
from vardlaget.publishing import approvals, integrity, machine
from vardlaget.publishing.integrity import Files

SITE = "site.json"


@dataclass(frozen=True)
class Published:
    """The folders of the editions that were published, and why others were not."""

    site: Path
    editions: tuple[str, ...]
    left_out: tuple[str, ...]
    files: int


def publish(
    project: Project, to: Path, month: str | None = None, region: str | None = None
) -> Published:
    """Publishes into the folder `to` every edition of the month and region, or of all, that has
    the status its settings demand; editions that are published already stay.

    Raises InputError where nothing can be published, an edition asked for by region is not
    approved or not as it was built, something tells of this machine, or `to` is no site.
    """
    to = to.resolve()
    _require_site(to, project)
    chosen = _chosen(project, month, region)
    refused = {each["folder"]: reason for each in chosen if (reason := _refusal(project, each))}
    good = [each for each in chosen if each["folder"] not in refused]
    if not good or (region is not None and refused):
        listed = "\n  ".join(refused.values())
        raise InputError(f"Nothing was published.\n  {listed}")
    with locks.held(to.parent / f".{to.name}.publishing", str(to)):
        editions.recover(to)
        with editions.aside(to) as temporary:
            _fill(temporary, to, project, good)
            machine.require_none(temporary, project)
            _write_site(temporary)
            _require_arrived(temporary)
        found = _require_arrived(to)
    shutil.rmtree(to.parent / f".{to.name}.publishing", ignore_errors=True)
    return Published(to, tuple(e["folder"] for e in good), tuple(refused.values()), found.count)


def of_site(folder: Path) -> Files:
    """A published site's files against its own list. Raises InputError where it has none."""
    told = integrity.read_json(folder / SITE)
    if told is None:
        raise InputError(f"{folder}: no published site; it has no {SITE}.")
    return integrity.against(_site_files(folder), told["files"])


def _chosen(project: Project, month: str | None, region: str | None) -> list[dict]:
    found = editions.all_editions(project.out)
    if month is not None:
        when = str(Month.parse(month))
        found = [each for each in found if each["parameters"]["month"] == when]
    if region is not None:
        code = load_regions(project.reference / "regions.csv")[region].code
        found = [each for each in found if each["parameters"]["region"] == code]
    if not found:
        raise InputError("There is no such edition. Build it first: vardlaget build")
    return found


def _refusal(project: Project, about: dict) -> str:
    """Why an edition may not be published; empty where it may."""
    parameters = about["parameters"]
    folder = project.out / about["folder"]
    name = f"{parameters['region_name']}, {parameters['month']}"
    demanded = load_settings(project.settings, parameters["slug"]).signed_off
    given, content = approvals.read(folder), about.get("content", "")
    status = approvals.status(given, content, demanded)
    if not demanded.publishes(status):
        other = sum(approval.content != content for approval in given)
        more = f" {other} approvals are of other content and do not count." if other else ""
        wanted = STATUSES[demanded.publish]
        return f"{name}: {status}, and {wanted} is demanded ({demanded.in_words}).{more}"
    if parameters["status"] != status:
        return f"{name}: its pages say {parameters['status']}, its approvals {status}. Build it."
    problems = integrity.of_edition(folder).lines()
    return f"{name}: not as it was built: {', '.join(problems)}." if problems else ""


def _require_site(to: Path, project: Project) -> None:
    """Only a site of this kind, or an empty folder, is ever replaced."""
    if to in (project.root, project.out) or to in project.root.parents:
        raise InputError(f"--to {to}: give a folder of its own.")
    if to.exists() and not to.is_dir():
        raise InputError(f"--to {to}: not a folder.")
    if to.is_dir() and any(to.iterdir()) and not (to / SITE).is_file():
        raise InputError(f"--to {to}: holds something else than a site published before.")
    to.parent.mkdir(parents=True, exist_ok=True)


def _fill(temporary: Path, to: Path, project: Project, chosen: list[dict]) -> None:
    if to.is_dir():
        shutil.copytree(to, temporary, copy_function=_linked, dirs_exist_ok=True)
    (temporary / SITE).unlink(missing_ok=True)
    shutil.copytree(
        project.out / "assets", temporary / "assets", copy_function=_copied, dirs_exist_ok=True
    )
    for about in chosen:
        _put(project.out / about["folder"], temporary / about["folder"], about)
    front_page.write(temporary, assets.build(replace(project, out=temporary)))


def _put(source: Path, target: Path, about: dict) -> None:
    """The edition at its address; the one published there before is kept where it was another."""
    before = editions.manifest(target)
    number = about.get("edition", 1)
    if before is not None:
        known = before.get("edition", 1)
        if known > number:
            raise InputError(
                f"{about['folder']}: edition {known} is published already; this is {number}."
            )
        if known < number:
            target.rename(editions.numbered(target, known))
        else:
            shutil.rmtree(target)
    shutil.copytree(source, target)
    if not integrity.of_edition(target).whole:
        raise InputError(f"{about['folder']}: its files changed while they were copied.")


def _linked(source: str, target: str) -> None:
    """The same file under another name where the system can: no published file is ever changed."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _copied(source: str, target: str) -> None:
    """Assets are named after their content: one that is there is the same."""
    if not os.path.exists(target):
        shutil.copy2(source, target)


def _site_files(folder: Path) -> dict[str, Path]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path != folder / SITE)
    return {path.relative_to(folder).as_posix(): path for path in sorted(paths)}


def _write_site(folder: Path) -> None:
    files = {name: editions.sha256(path) for name, path in _site_files(folder).items()}
    text = json.dumps({"files": files}, ensure_ascii=False, indent=1) + "\n"
    (folder / SITE).write_text(text, encoding="utf-8")


def _require_arrived(folder: Path) -> Files:
    """Raises InputError where what is there is not what was made, read back by hash."""
    found = of_site(folder)
    if not found.whole:
        listed = "\n  ".join(found.lines())
        raise InputError(f"{folder}: what arrived is not what was sent:\n  {listed}")
    return found
