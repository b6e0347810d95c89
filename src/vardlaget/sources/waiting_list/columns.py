"""The columns of a waiting list: what they are called, and what their texts mean."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from vardlaget.catalogue import Regions
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.errors import InputError

# Headers without case and accents, spaces and hyphens as underscores.
ALIASES = {
    "region": ("region", "regionkod", "region_kod", "lan", "lanskod", "county", "huvudman"),
    "unit": ("unit", "enhet", "vardenhet", "enhetsnamn", "sjukhus", "mottagning"),
    "specialty": ("specialty", "specialitet", "verksamhetsomrade", "mvo"),
    "phase": ("care_type", "phase", "fas", "vardtyp"),
    "referral_date": (
        "referral_date",
        "decision_date",
        "beslut_datum",
        "beslutsdatum",
        "beslutsdag",
        "remiss_datum",
        "remissdatum",
    ),
    "start_date": (
        "start_date",
        "start_datum",
        "startdatum",
        "contact_date",
        "besoksdatum",
        "operationsdatum",
        "genomford_datum",
    ),
    "planned_date": ("planned_date", "planerad_datum", "planerat_datum", "planerad_tid"),
    "deviation_code": ("deviation_code", "deviation", "avvikelsekod", "avvikelse_kod", "avvikelse"),
    "sex": ("sex", "kon", "gender"),
    "age": ("age", "alder"),
    "age_group": ("age_group", "aldersgrupp"),
    "ownership": ("ownership", "driftsform", "driftform", "regi", "agarform"),
    "status": ("status",),
}
REQUIRED = ("region", "phase", "referral_date")
MARGINS = ("specialty", "unit", "sex", "age_group", "ownership")

PHASES = ("first_visit", "treatment")
_PHASE_WORDS = {
    "first_visit": ("first visit", "forsta besok", "forsta kontakt", "1"),
    "treatment": ("treatment", "operation", "atgard", "operation atgard", "2"),
    # Waits that are neither: fas 3, 4 and 5 of the KCHD information model.
    "other": ("3", "4", "5", "undersokning", "aterbesok", "akut"),
}
# In this order in every count: no code or SoV, then PvV, then MoV.
CODES = ("", "pvv", "mov")
_CODE_WORDS = {
    "": ("", "3", "sov", "samordnad vantan"),
    "pvv": ("1", "pvv", "patientvald vantan"),
    "mov": ("2", "mov", "medicinskt orsakad vantan"),
}
_SEX_WORDS = {
    "women": ("women", "woman", "female", "kvinna", "kvinnor", "k", "f"),
    "men": ("men", "man", "male", "m"),
}
# First age of each group, in years.
AGE_GROUPS = {"0-17": 0, "18-44": 18, "45-64": 45, "65-79": 65, "80+": 80}
OLDEST = 120
_SYNTHETIC = ("synthetic", "syntetisk", "syntetiska")
_PERSONAL_NUMBER = re.compile(r"(\d{2})?\d{6}[-+]?\d{4}", re.ASCII)

Check = Callable[[str], str | None]


def is_waiting_list(columns: Iterable[str]) -> bool:
    """Whether a file with this header has one row a person and wait: it dates each decision."""
    found = {_column(header) for header in columns}
    return "referral_date" in found and bool(found & {"phase", "start_date", "deviation_code"})


def matched(headers: Iterable[str], name: str) -> dict[str, str]:
    """The file's own header for each column that it has; others are left out.

    Raises InputError where a column that is needed is missing, or two headers mean one column.
    """
    found: dict[str, str] = {}
    for header in headers:
        column = _column(header)
        if column in found:
            raise InputError(
                f"{name}: '{found[column]}' and '{header}' both mean {column}. Rename one of them."
            )
        if column:
            found[column] = header
    missing = [column for column in REQUIRED if column not in found]
    if missing:
        raise InputError(
            f"{name}: the waiting list lacks {', '.join(missing)}. "
            f"Accepted names: {'; '.join(', '.join(ALIASES[column]) for column in missing)}."
        )
    return found


def checks(regions: Regions) -> dict[str, Check]:
    """For each coded column, what a text in it means: None where it means nothing.

    Empty is "not told". A phase that is neither first visit nor treatment is `other`.
    """
    phases, codes, sexes = map(_by_word, (_PHASE_WORDS, _CODE_WORDS, _SEX_WORDS))
    return {
        "region": lambda text: _region(text, regions),
        "phase": lambda text: phases.get(_words(text)),
        "deviation_code": lambda text: codes.get(_words(text)),
        "sex": lambda text: (sexes | {"": ""}).get(_words(text)),
        "age": _age_group_of,
        "age_group": _age_group,
        "specialty": str.strip,
        "unit": str.strip,
        "ownership": str.strip,
        "status": lambda text: "synthetic" if _words(text) in _SYNTHETIC else "",
    }


def is_personal_number(text: str) -> bool:
    """Whether a text looks like a person's identity number."""
    return bool(_PERSONAL_NUMBER.fullmatch(text.strip()))


def _column(header: str) -> str | None:
    plain = _words(header).replace(" ", "_")
    return next((column for column, names in ALIASES.items() if plain in names), None)


def _words(text: str) -> str:
    """Lower case, without accents and punctuation; `2.0` is `2`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"^(\d+)\.0+$", r"\1", plain.strip().lstrip("\ufeff"))
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _by_word(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: meaning for meaning, all_words in words.items() for word in all_words}


def _region(text: str, regions: Regions) -> str | None:
    """A region's code; a spreadsheet may have taken the first 0 of it."""
    plain = re.sub(r"\.0+$", "", text.strip())
    found = regions.get(plain.zfill(2) if plain.isdigit() else plain)
    return found.code if found and found.code != COUNTRY else None


def _age_group_of(text: str) -> str | None:
    plain = re.sub(r"\.0+$", "", text.strip())
    if not plain:
        return ""
    if not re.fullmatch(r"\d{1,3}", plain, re.ASCII) or int(plain) > OLDEST:
        return None
    return [group for group, first in AGE_GROUPS.items() if first <= int(plain)][-1]


def _age_group(text: str) -> str | None:
    """`0–17 år` and `80 år och äldre` as `0-17` and `80+`."""
    plain = re.sub(r"[–—−]", "-", text.casefold()).replace("år", "").replace(" ", "")
    plain = re.sub(r"(-w?|ochäldre)$", "+", plain)
    return plain if plain in ("", *AGE_GROUPS) else None
