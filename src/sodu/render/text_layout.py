"""How rows stand on a terminal: in a grid where it fits, else a record after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sodu.render.labels import label_of
from sodu.render.text_cells import FIGURES, Cells, fit, safe, width
from sodu.reports.column import Column, Kind

_GAP = "  "
_TEXT_MIN = 12
_TEXT_USUAL = 40
BOLD, DIM, RED, GREEN = "1", "2", "31", "32"


@dataclass(frozen=True)
class Paint:
    """Colour, or none."""

    on: bool

    def __call__(self, text: str, code: str) -> str:
        """The text in a colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text


@dataclass(frozen=True)
class Layout:
    """The columns that are shown, and the widths that they get; none where each row is a record."""

    columns: tuple[Column, ...]
    labels: tuple[str, ...]
    widths: tuple[int, ...] | None
    paint: Paint

    def head(self) -> Iterator[str]:
        """The lines above the rows."""
        if self.widths is None:
            return
        labels = zip(self.columns, self.labels, self.widths, strict=True)
        line = _GAP.join(fit(label, room, right=column.kind in FIGURES) for column, label, room in labels)
        yield self.paint(line.rstrip(), BOLD)
        yield self.paint(_GAP.join("─" * room for room in self.widths), DIM)

    def lines(self, rows: Iterable[dict[str, Any]], cells: Cells) -> Iterator[str]:
        """The lines of some rows."""
        for row in rows:
            texts = [cells.text(column, row) for column in self.columns]
            if self.widths is None:
                yield from self._record(texts)
                continue
            line = _GAP.join(
                self._painted(column, fit(text, room, right=column.kind in FIGURES))
                for column, text, room in zip(self.columns, texts, self.widths, strict=True)
            )
            yield line.rstrip()

    def _record(self, texts: list[str]) -> Iterator[str]:
        room = max(map(width, self.labels), default=0)
        for column, label, text in zip(self.columns, self.labels, texts, strict=True):
            if text:
                yield f"{self.paint(fit(label, room), DIM)}{_GAP}{self._painted(column, text)}"
        yield ""

    def _painted(self, column: Column, text: str) -> str:
        return self.paint(text, RED) if column.kind in FIGURES and text.lstrip().startswith("-") else text


def layout(
    columns: Sequence[Column], sample: list[dict[str, Any]], cells: Cells, room: int | None, paint: Paint
) -> Layout:
    """The layout for some rows of which a sample is known, and the width of the terminal."""
    labels = tuple(safe(label_of(column, cells.language)) for column in columns)
    wanted = [
        max([width(label), *(width(cells.text(column, row)) for row in sample)])
        for column, label in zip(columns, labels, strict=True)
    ]
    widths = [
        size if column.kind in FIGURES else min(size, max(_TEXT_USUAL, width(label)))
        for column, label, size in zip(columns, labels, wanted, strict=True)
    ]
    if room is not None:
        widths = _shrunk(columns, widths, room - len(_GAP) * (len(widths) - 1))
        if sum(widths) + len(_GAP) * (len(widths) - 1) > room:
            return Layout(tuple(columns), labels, None, paint)
    return Layout(tuple(columns), labels, tuple(widths), paint)


def _shrunk(columns: Sequence[Column], widths: list[int], room: int) -> list[int]:
    """The widths with texts, the widest first, made narrower until all fits or no text can give more."""
    widths = list(widths)
    while sum(widths) > room:
        texts = [place for place, column in enumerate(columns) if column.kind in (Kind.TEXT, Kind.ID)]
        widest = max(texts, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] <= _TEXT_MIN:
            break
        widths[widest] -= 1
    return widths
