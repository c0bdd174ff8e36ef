"""Comparison of two periods: before, change and rate of change of each measure."""

from collections.abc import Mapping, Sequence

from .exact import Number, as_text, difference, ratio
from .question import Row

Measures = Mapping[str, Number | None]


def compared(now: Measures, before: Measures | None, names: Sequence[str]) -> Row:
    """Measures as shown with, where there is a before, the changes of those named."""
    row: Row = {name: as_text(value) for name, value in now.items()}
    if before is not None:
        for name in names:
            row[f"{name}_before"] = as_text(before[name])
            row[f"{name}_change"] = as_text(_change(now[name], before[name]))
            row[f"{name}_change_rate"] = as_text(_change_rate(now[name], before[name]))
    return row


def _change(now: Number | None, before: Number | None) -> Number | None:
    return None if now is None or before is None else difference(now, before)


def _change_rate(now: Number | None, before: Number | None) -> Number | str | None:
    """Change ÷ before; with nothing before it is "new", and unknown where there is nothing at all."""
    if now is None or before is None:
        return None
    if before == 0:
        # What is shown as 0 is nothing to be called new.
        return None if str(as_text(now)) == "0" else "new"
    return ratio(difference(now, before), before)
