"""The rules of single values, as data: what a text must be, its code where it is not, and what it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from sodu.values.limits import ID_CHARACTERS_MAX, TEXT_CHARACTERS_MAX
from sodu.warehouse.facts import SQL_TYPES, Field, Type
from sodu.warehouse.loading.currencies import CURRENCIES
from sodu.warehouse.loading.sieve import named, quoted

# Unicode's control characters, and what it calls white space; RE2 has no \s for all of it.
CONTROLS = r"\x00-\x1f\x7f-\x{9f}"
CONTROLS_OF_LONG_TEXT = r"\x00-\x08\x0b-\x1f\x7f-\x{9f}"
BLANKS = r"\x20\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"

_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)"
_LOCAL = (
    r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r"(?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
)
INSTANT = _LOCAL + _OFFSET
LOCAL_INSTANT = _LOCAL + _OFFSET + "?"
# The same of any year: what tells a wrong year or a missing offset from what is no instant at all.
_ANY_YEAR = r"[0-9]{4}" + INSTANT.removeprefix("2[01][0-9]{2}")

PATTERNS = {
    Type.AMOUNT: r"-?(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{1,12})?",
    Type.RATE: r"(?:0(?:\.[0-9]{1,9})?|1(?:\.0{1,9})?)",
    Type.QUANTITY: r"-?(?:0|[1-9][0-9]{0,10})(?:\.[0-9]{1,15})?",
    Type.DAY: r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}

DATED = (Type.INSTANT, Type.DAY)
TEXTS = (Type.ID, Type.TEXT, Type.LONG_TEXT)


@dataclass(frozen=True)
class Cell:
    """A column of a source, with what its rules need to know."""

    field: Field
    text: str
    """Its text in SQL."""
    zone: str | None = None
    """The zone of an instant that has no offset."""
    models: tuple[str, ...] = ()
    """The texts of other such columns that are legal in every legal row: one that is the same need not be asked more."""

    @property
    def type(self) -> Type:
        """What the contract says that it is."""
        return self.field.type

    @property
    def typed(self) -> str:
        """What the batch holds, in SQL; null where the text is nothing of the kind."""
        if self.field.type is Type.ID:
            return f"nfc_normalize({self.text})"
        if self.type is Type.INSTANT:
            return self._instant
        if SQL_TYPES[self.type] == "VARCHAR":
            return self.text
        return f"TRY_CAST({self.text} AS {SQL_TYPES[self.type]})"

    @property
    def typed_once(self) -> str:
        """The same as a column that the select below has made: a cast is costly, and no engine notices two alike."""
        return named(f"{self.field.name} typed") if self.type in DATED else self.typed

    @property
    def _instant(self) -> str:
        # The instant's own number: a cast to TIMESTAMP would ask the calendar of a zone, which is UTC here.
        aware = f"make_timestamp(epoch_us(TRY_CAST({self.text} AS TIMESTAMPTZ)))"
        if self.zone is None:
            return aware
        local = f"CAST(timezone({quoted(self.zone)}, TRY_CAST({self.text} AS TIMESTAMP)) AS TIMESTAMP)"
        return f"CASE WHEN regexp_full_match({self.text}, {quoted(INSTANT)}) THEN {aware} ELSE {local} END"

    @property
    def is_proven(self) -> str:
        """Whether a value is legal that matches the cell's pattern, in SQL."""
        return f"({self.text} IS NULL OR {self.typed_once} IS NOT NULL)" if self.type in DATED else "TRUE"

    @property
    def is_legal(self) -> str:
        """Whether a value is legal, in SQL; for texts this is told of all of a row at once (`are_legal_texts`)."""
        legal = self._is_legal_alone
        if self.models:
            legal = f"({' OR '.join(f'{self.text} = {model}' for model in self.models)} OR {legal})"
        if self.field.required:
            return f"({self.text} IS NOT NULL AND {legal})"
        return "TRUE" if legal == "TRUE" else f"({self.text} IS NULL OR {legal})"

    @property
    def _is_legal_alone(self) -> str:
        """The same of a value that is there, whatever stands beside it."""
        if self.type in TEXTS:
            return "TRUE"
        return f"({self._matches} AND {self.typed_once} IS NOT NULL)" if self.type in DATED else self._matches

    @property
    def pattern(self) -> str:
        """What the whole of a value matches; of texts see `are_legal_texts`."""
        if self.type is Type.INSTANT:
            return INSTANT if self.zone is None else LOCAL_INSTANT
        if self.type in (Type.CHOICE, Type.CURRENCY):
            # Asked as a pattern, since the engine may join with a list, however short, which loses the rows' order.
            return f"(?:{'|'.join(self.field.choices if self.type is Type.CHOICE else sorted(CURRENCIES))})"
        return PATTERNS[self.type]

    @property
    def broken_rule(self) -> str:
        """The code of the first rule that a value breaks, in SQL; null where it breaks none."""
        rules = "".join(f" WHEN {broken} THEN {quoted(code)}" for code, broken in self._rules)
        return f"CASE WHEN {self.text} IS NULL THEN {quoted('required') if self.field.required else 'NULL'}{rules} END"

    @property
    def _rules(self) -> list[tuple[str, str]]:
        if self.type in TEXTS:
            return _text_rules(self.text, self.type)
        if self.type is Type.INSTANT:
            return [
                ("no_offset", f"regexp_full_match({self.text}, {quoted(_LOCAL)}) AND {self.zone is None}"),
                ("instant_range", f"regexp_full_match({self.text}, {quoted(_ANY_YEAR)}) AND NOT {self._matches}"),
                ("instant", f"NOT {self._matches} OR {self.typed_once} IS NULL"),
            ]
        return [(self.type.value, f"NOT {self._is_legal_alone}")]

    @property
    def _matches(self) -> str:
        return f"regexp_full_match({self.text}, {quoted(self.pattern)})"


def _text_rules(text: str, type_: Type) -> list[tuple[str, str]]:
    controls = CONTROLS_OF_LONG_TEXT if type_ is Type.LONG_TEXT else CONTROLS
    rules = [("control_character", f"regexp_matches({text}, '[{controls}]')")]
    if type_ is Type.ID:
        rules.append(("white_space", rf"regexp_matches({text}, '\A[{BLANKS}]|[{BLANKS}]\z')"))
        rules.append(("too_long", f"length(nfc_normalize({text})) > {ID_CHARACTERS_MAX}"))
    else:
        rules.append(("too_long", f"length({text}) > {TEXT_CHARACTERS_MAX}"))
    return rules


def are_legal_texts(cells: list[Cell], extras: list[str]) -> str:
    """Whether all texts of a row are legal, in SQL: one pass over them, joined by a sign that none may hold.

    The count of signs is fixed, so that a text that does hold it is found too.
    """
    by_type = {type_: [cell.text for cell in cells if cell.type is type_] for type_ in TEXTS}
    by_type[Type.LONG_TEXT].extend(extras)
    end = rf"[^{CONTROLS}{BLANKS}]"
    within = {
        Type.ID: rf"(?:{end}(?:[^{CONTROLS}]*{end})?)?",
        Type.TEXT: rf"[^{CONTROLS}]*",
        Type.LONG_TEXT: rf"[^{CONTROLS_OF_LONG_TEXT}]*",
    }
    texts = [text for type_ in TEXTS for text in by_type[type_]]
    if not texts:
        return "TRUE"
    row = f"concat({', chr(31), '.join(texts)}, chr(31))"
    pattern = "".join(rf"(?:{within[type_]}\x1f){{{len(found)}}}" for type_, found in by_type.items() if found)
    return f"regexp_full_match({row}, {quoted(pattern)}) AND {are_short_texts(cells, extras)}"


def are_short_texts(cells: list[Cell], extras: list[str]) -> str:
    """Whether no text of a row is too long, in SQL."""
    ids = [cell.text for cell in cells if cell.type is Type.ID]
    others = [cell.text for cell in cells if cell.type in TEXTS and cell.type is not Type.ID]
    return " AND ".join(
        (
            _are_short(ids, ID_CHARACTERS_MAX, "length(nfc_normalize({}))"),
            _are_short([*others, *extras], TEXT_CHARACTERS_MAX, "length({})"),
        )
    )


def _are_short(texts: list[str], limit: int, length: str) -> str:
    """Whether texts have at most so many characters; those of so few bytes need not be counted."""
    if not texts:
        return "TRUE"
    bytes_ = ", ".join(f"strlen({text})" for text in texts)
    counted = " AND ".join(f"coalesce({length.format(text)} <= {limit}, TRUE)" for text in texts)
    return f"CASE WHEN coalesce(greatest(0, {bytes_}), 0) <= {limit} THEN TRUE ELSE {counted} END"
