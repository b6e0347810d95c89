"""Imported in the process that notebooks are forked from: reads the catalogue once for all."""

from vardlaget.catalogue.indicators import CATALOGUE, load_indicators

load_indicators(CATALOGUE)
