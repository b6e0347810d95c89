"""What is measured: indicators, regions, populations, targets and agreements, as typed data."""

from vardlaget.catalogue.agreements import Agreement, load_agreements
from vardlaget.catalogue.indicators import Indicator, Indicators, load_indicators
from vardlaget.catalogue.regions import Region, Regions, load_populations, load_regions
from vardlaget.catalogue.settings import Settings, load_settings
from vardlaget.catalogue.targets import Target, load_targets, targets_for

__all__ = [
    "Agreement",
    "Indicator",
    "Indicators",
    "Region",
    "Regions",
    "Settings",
    "Target",
    "load_agreements",
    "load_indicators",
    "load_populations",
    "load_regions",
    "load_settings",
    "load_targets",
    "targets_for",
]
