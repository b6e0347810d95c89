"""Presentation: numbers, sentences, tables and charts in Swedish, from figures that have a text."""
