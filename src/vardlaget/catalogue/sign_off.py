"""Sign-off: what an edition must have before it is called reviewed or adopted, or published."""

from typing import Literal

from pydantic import Field, model_validator

from vardlaget.catalogue.reading import Entry

DRAFT, REVIEWED, ADOPTED = "utkast", "granskad", "fastställd"
# In the order in which an edition reaches them.
STATUSES = {"draft": DRAFT, "reviewed": REVIEWED, "adopted": ADOPTED}


class Demand(Entry):
    """How many persons must have approved, and in which roles."""

    approvals: int = Field(ge=1)
    roles: tuple[str, ...] = ()

    def __str__(self) -> str:
        roles = f" in the roles {', '.join(self.roles)}" if self.roles else ""
        return f"{self.approvals} {'person' if self.approvals == 1 else 'persons'}{roles}"

    def met(self, persons: set[str], roles: set[str]) -> bool:
        return len(persons) >= self.approvals and {r.casefold() for r in self.roles} <= roles


class SignOff(Entry):
    """What the statuses demand, and which status is published."""

    reviewed: Demand = Demand(approvals=1)
    adopted: Demand = Demand(approvals=2)
    publish: Literal["draft", "reviewed", "adopted"] = "adopted"

    @model_validator(mode="after")
    def _rising(self) -> "SignOff":
        if self.adopted.approvals < self.reviewed.approvals:
            raise ValueError("adopted must demand as many approvals as reviewed, or more")
        return self

    def publishes(self, status: str) -> bool:
        """Whether an edition with this status may be published."""
        order = list(STATUSES.values())
        return order.index(status) >= order.index(STATUSES[self.publish])

    @property
    def in_words(self) -> str:
        """`granskad takes 1 person, fastställd 2 persons; fastställd is published`"""
        published = STATUSES[self.publish]
        return (
            f"{REVIEWED} takes {self.reviewed}, {ADOPTED} {self.adopted}; {published} is published"
        )

    @property
    def in_words_sv(self) -> str:
        """The same for those who review."""
        demands = ((REVIEWED, self.reviewed), (ADOPTED, self.adopted))
        told = [
            f"{status} kräver {demand.approvals} godkännande"
            + ("n" if demand.approvals > 1 else "")
            + (f" i rollerna {', '.join(demand.roles)}" if demand.roles else "")
            for status, demand in demands
        ]
        return f"Status {'; '.join(told)}. Det som publiceras är {STATUSES[self.publish]}."
