"""Vårdläget: monthly health-care reports for Swedish regions, from data files to HTML and PDF."""

__version__ = "0.1.0"
