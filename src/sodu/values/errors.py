"""The closed family of errors: each says what, where and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sodu.values.text import Message, Text, mark as _


class SoduError(Exception):
    """Something that a user is told in one sentence; never a traceback."""

    def __init__(self, template: Text, **parameters: Any) -> None:
        self.message = Message(template, parameters)
        super().__init__(str(self.message))


class WrongUsage(SoduError):
    """The question is ill-formed: an unknown report, condition or value of one."""


class Refused(SoduError):
    """The input breaks the contract; nothing was changed."""


class TookTooLong(Refused):
    """The question was stopped after the time that questions have."""

    def __init__(self) -> None:
        super().__init__(
            _("this took too long and was stopped; ask for a shorter period, or for less by other conditions")
        )


class DiskFull(Refused):
    """There is no room for what was to be written; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(_("the disk is full; make room and try again"))


class MemoryFull(Refused):
    """The engine needs more memory than it was given; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(_("this needs more memory than SODU_MEMORY grants; raise it, or ask for less"))


class LoadMemoryFull(Refused):
    """A load needs more memory than it was given; nothing was loaded."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "nothing was loaded: this needs more memory than SODU_MEMORY grants; raise it, or load fewer files at once"
            )
        )


class Busy(SoduError):
    """Another process holds what this one needs, or a server is not there now; trying again may help."""


class Unavailable(Busy):
    """A machine that must answer does not; trying again may help."""


class Damaged(SoduError):
    """A stored file is not what the journal says it is."""


@dataclass(frozen=True)
class RowError:
    """One broken rule of the contract, at its place. Row 1 is the header."""

    file: str
    row: int | None
    column: str | None
    code: str
    message: Message
    value: str | None


class LoadRefused(Refused):
    """A load that broke the contract: the first errors, and the count of all."""

    def __init__(self, template: Text, errors: list[RowError], error_count: int) -> None:
        super().__init__(template, count=error_count)
        self.errors = errors
        self.error_count = error_count
