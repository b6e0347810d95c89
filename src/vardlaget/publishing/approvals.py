"""Approvals: who has approved which content of an edition, and the status that follows.

They stand beside the edition (approvals.json) and are no part of its hashed content. One that was
given for other content does not count: not after a figure, a text or the look has changed. It is
no signature: whoever may write in the folder can write an approval.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vardlaget import yaml_text
from vardlaget.catalogue.sign_off import ADOPTED, DRAFT, REVIEWED, SignOff
from vardlaget.pipeline import editions, inputs
from vardlaget.pipeline.editions import APPROVALS
from vardlaget.present.escape import for_markdown
from vardlaget.report import day_in_words

if TYPE_CHECKING:
    from vardlaget.pipeline.staging import Staged

# What an edition says of itself that is no content: when it was made, and its status.
NOT_CONTENT = ("date", "status")


@dataclass(frozen=True)
class Approval:
    """A role's approval. `content` is what was approved, however the edition is dated or marked;
    `outputs` one hash of the very files that were seen."""

    role: str
    name: str
    time: str
    edition: int
    content: str
    outputs: str

    @property
    def person(self) -> str:
        """Who counts as one: a name, or the role where no name is given."""
        return (self.name or self.role).strip().casefold()


def read(folder: Path) -> tuple[Approval, ...]:
    """The approvals beside an edition, oldest first."""
    path = folder / APPROVALS
    if not path.is_file():
        return ()
    told = json.loads(path.read_text(encoding="utf-8"))
    return tuple(Approval(**each) for each in told["approvals"])


def write(folder: Path, approvals: Iterable[Approval]) -> Path:
    """Writes approvals into the folder of an edition that is not yet in place."""
    path = folder / APPROVALS
    told = {"approvals": [asdict(approval) for approval in approvals]}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def status(approvals: Iterable[Approval], content: str, sign_off: SignOff) -> str:
    """utkast, granskad or fastställd, by the approvals of this very content."""
    counting = [approval for approval in approvals if approval.content == content]
    persons = {approval.person for approval in counting}
    roles = {approval.role.strip().casefold() for approval in counting}
    reached = DRAFT
    for name, demand in ((REVIEWED, sign_off.reviewed), (ADOPTED, sign_off.adopted)):
        if not demand.met(persons, roles):
            break
        reached = name
    return reached


def sentence(edition: int, status: str, approvals: Iterable[Approval], content: str) -> str:
    """Markdown that tells readers the edition's number, its status, and who has approved it."""
    given = [_given(approval) for approval in approvals if approval.content == content]
    told = f"Utgåva {edition}. Status: {status}."
    return f"{told} Godkänd av {', '.join(given)}." if given else told


def _given(approval: Approval) -> str:
    day = day_in_words(datetime.fromisoformat(approval.time).date())
    who = f"{approval.role} {approval.name}".strip()
    return f"{for_markdown(who)} den {day}"


def content_digest(staged: "Staged", made_with: dict[str, str]) -> str:
    """One hash of all that an edition shows: the staged sources, the records of its cells, the
    code that renders; `made_with` is what else decides how it looks."""
    folder = staged.folder
    variables = yaml_text.load((folder / "_variables.yml").read_text(encoding="utf-8"))
    date = str(variables["edition"]["date"]).encode()
    found = {
        path.relative_to(folder).as_posix(): _undated(path, date)
        for part in ("reports", "notebooks")
        for path in inputs.files(folder / part)
    }
    found["_quarto.yml"] = editions.sha256(folder / "_quarto.yml")
    for name in NOT_CONTENT:
        variables["edition"].pop(name, None)
    records = [[*place, payload] for place, payload in sorted(staged.payloads.items())]
    found["variables"] = _digest(variables)
    found["records"] = _digest(records)
    for part in ("render", "attachments"):
        found |= {
            path.relative_to(inputs.PACKAGE).as_posix(): editions.sha256(path)
            for path in inputs.files(inputs.PACKAGE / "pipeline" / part)
        }
    return editions.digest(found | made_with)


def _undated(path: Path, date: bytes) -> str:
    """A file's hash without the day on which the edition was made, which figures are dated by.

    The day stands elsewhere too: a revision's stays as it was when the edition is approved later.
    """
    stamp = b">" + date + b"</span>"
    return hashlib.sha256(path.read_bytes().replace(stamp, b"")).hexdigest()


def _digest(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
