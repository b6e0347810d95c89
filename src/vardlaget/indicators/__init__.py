"""Formulas: pure functions from tables to tables, one module for each subject."""
