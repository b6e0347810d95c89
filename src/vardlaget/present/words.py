"""What the values of breakdowns are called."""

WORDS = {
    "public": "Offentlig",
    "private": "Privat",
    "women": "Kvinnor",
    "men": "Män",
    "doctor": "Läkare",
    "nurse": "Sjuksköterska",
    "assistant_nurse": "Undersköterska",
    "physiotherapist": "Fysioterapeut",
    "psychologist": "Psykolog",
    "other": "Övriga",
    "on_site": "Fysiskt besök",
    "remote": "Distanskontakt",
    "home": "Hembesök",
}
# In the middle of a sentence.
CARE_TYPES = {
    "somatic": "somatisk vård",
    "psychiatric": "psykiatrisk vård",
    "primary_care": "övrig primärvård",
    "inpatient": "slutenvård",
    "outpatient": "öppenvård",
    "day_surgery": "dagkirurgi",
    "clinic": "klinikegna operationer",
}
