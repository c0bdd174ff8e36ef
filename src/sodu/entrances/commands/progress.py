"""Progress of long work on a terminal; silence in pipes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sodu.values.text import Text
from sodu.warehouse.progress import Progress, silent

if TYPE_CHECKING:
    from rich.progress import Progress as Bars, TaskID


@contextmanager
def shown(say: Callable[[Text], str]) -> Iterator[Progress]:
    """Progress drawn on standard error where that is a terminal; the bars vanish when the work ends."""
    if not sys.stderr.isatty():
        yield silent
        return
    with _bars() as bars:
        yield _Drawn(bars, say)


class _Drawn:
    """One bar at a time: that of what is being done."""

    def __init__(self, bars: Bars, say: Callable[[Text], str]) -> None:
        self._bars = bars
        self._say = say
        self._current: tuple[Text, TaskID] | None = None

    def __call__(self, doing: Text, done: int, total: int) -> None:
        if self._current is None or self._current[0] != doing:
            if self._current is not None:
                self._bars.remove_task(self._current[1])
            self._current = doing, self._bars.add_task(self._say(doing), total=total or None)
        self._bars.update(self._current[1], completed=done, total=total or None)


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress as RichProgress,
        ProgressColumn,
        Task,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text as RichText

    class Rate(ProgressColumn):
        """What is done in a second."""

        def render(self, task: Task) -> RichText:
            return RichText(f"{task.speed:,.0f}/s" if task.speed else "")

    return RichProgress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
