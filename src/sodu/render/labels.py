"""What columns are called, for people."""

from __future__ import annotations

from sodu.render.language import translate
from sodu.reports.answers.comparison import suffix_label
from sodu.reports.column import Column


def label_of(column: Column, language: str) -> str:
    """A column's label; those of a comparison say what they compare, and how."""
    label = translate(column.label, language)
    suffix = suffix_label(column)
    return f"{label}, {translate(suffix, language)}" if suffix else label
