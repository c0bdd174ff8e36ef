"""Seeded values at the edges of the contract: ids, texts, amounts, rates and instants."""

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_DOWN, Context, Decimal
from random import Random

from .exact import plain
from .periods import ZONE, midnight

AMOUNT_LIMIT = Decimal(10) ** 14
DUST = Decimal(1).scaleb(-12)
# The generator cuts numbers down on purpose; the ledger never does.
CUTTING = Context(prec=60, rounding=ROUND_DOWN)

NAMES = (
    "Công ty Thanh Hà",
    "Đại lý Phương Nam",
    "Nguyễn Thị Ánh Nguyệt",
    "=cmd|' /C calc'!A0",
    "=SUM(1;2) Studio",
    "+84 123 456",
    "-1+1",
    "@SUM(A1)",
    'He said "no", twice',
    "a,b;c|d",
    "  leading spaces",
    "trailing space ",
    "NULL",
    "None",
    "null",
    "0012",
    "1e5",
    "TRUE",
    "2026-10-05",
    "<b>&amp;</b> ]]> <!-- x",
    "'; DROP TABLE accounts; --",
    "\u200fעברית\u200f Ltd",
    "\u202egnp.exe",
    "مؤسسة النور",
    "🧾 Hóa đơn 👩‍👩‍👧",
    "日本語株式会社",
    "100% _under_ \\back\\slash",
    "{{ name }} ${x} %s {0}",
    "x" * 300,
)
DESCRIPTIONS = (
    *NAMES,
    "two\nlines",
    "tab\there",
    'a "quoted"\n,comma\n',
    "\nstarts with a newline",
)
ID_FORMS = (
    "=1+{n}",
    "-{n}",
    "--{p}{n}",
    "00{n}",
    "{n}e5",
    "{p} {n}",
    "{p},{n}",
    '{p}"{n}"',
    "'{p}{n}",
    "{p}/{n}?x=1&y=2#z",
    "../{p}{n}",
    "{p}%{n}_",
    "{p}\\{n}",
    "<{p}{n}>&amp;",
    "đơn-{n}",
    "🧾{n}",
    "{p}\u200f{n}",
    "NULL{n}",
    "{p}..{n}",
    "{p}:{n}|{n}",
)
OFFSETS = (0, 420, 420, 420, -300, 345, 840, -720, 540)
MONTH_EDGES = [
    date(2025, 9, 1),
    date(2025, 10, 1),
    date(2025, 11, 1),
    date(2026, 1, 1),
    *(date(2026, month, 1) for month in range(7, 13)),
]


class Values:
    """A source of values; the same seed gives the same values."""

    def __init__(self, rng: Random) -> None:
        """Draw from this source of chance."""
        self.rng = rng
        self._ids: dict[str, set[str]] = {}

    def identifier(self, kind: str) -> str:
        """An id that no other row of this kind has; now and then an odd one."""
        taken = self._ids.setdefault(kind, set())
        number = len(taken)
        chosen = f"{kind}{number}"
        if self.chance(0.2):
            chosen = self.rng.choice(ID_FORMS).format(p=kind, n=number)
        elif self.chance(0.02):
            chosen = chosen.ljust(128, "x")
        elif taken and self.chance(0.03):
            chosen = self.rng.choice(sorted(taken)).swapcase()  # ids differ by case
        if chosen in taken or len(chosen) > 128:
            chosen = f"{kind}#{number}"
        taken.add(chosen)
        return chosen

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self.rng.random() < probability

    def name(self) -> str:
        """A required text of one line."""
        return unicodedata.normalize("NFC", self.rng.choice(NAMES))

    def maybe_name(self) -> str:
        """A text of one line, or nothing."""
        return self.name() if self.chance(0.4) else ""

    def maybe_description(self) -> str:
        """A text that may hold tabs and newlines, or nothing."""
        return unicodedata.normalize("NFC", self.rng.choice(DESCRIPTIONS)) if self.chance(0.4) else ""

    def amount(self) -> Decimal:
        """A positive amount: dust, money, long fractions, or nearly the limit."""
        draw = self.rng.random()
        if draw < 0.12:
            return self.rng.randint(1, 999) * DUST
        if draw < 0.5:
            return Decimal(self.rng.randint(1, 5000) * 1000)
        if draw < 0.7:
            return Decimal(self.rng.randint(1, 10**7)).scaleb(-2)
        if draw < 0.95:
            return Decimal(self.rng.randint(1, 10**18)).scaleb(-12)
        return AMOUNT_LIMIT - self.rng.randint(1, 999) * DUST

    def part_of(self, amount: Decimal) -> Decimal:
        """A positive part of a positive amount, in whole dust."""
        share = Decimal(self.rng.randint(1, 99)).scaleb(-2)
        return max(CUTTING.multiply(amount, share).quantize(DUST, context=CUTTING), DUST)

    def amount_text(self, amount: Decimal) -> str:
        """An amount as a sender may write it: sometimes with zeros at the end."""
        text = plain(amount)
        if self.chance(0.1):
            text = text if "." in text else f"{text}."
            decimals = len(text) - text.index(".") - 1
            text += "0" * self.rng.randint(1 if decimals < 12 else 0, 12 - decimals)
        return text

    def rate(self) -> Decimal:
        """A rate from 0 to 1 with at most nine decimals."""
        if self.chance(0.7):
            return Decimal(self.rng.randint(0, 20) * 5).scaleb(-2)
        return self.rng.choice([Decimal("0.333333333"), Decimal("0.000000001"), Decimal("0.999999999")])

    def quantity(self) -> Decimal:
        """A quantity with at most 15 decimals."""
        if self.chance(0.5):
            return Decimal(self.rng.randint(1, 1000))
        return Decimal(self.rng.randint(1, 10**15)).scaleb(-15) + self.rng.choice([0, 99_999_999_999])

    def instant(self) -> datetime:
        """An instant of a fact: often at the edge of a month or day in the reporting zone."""
        draw = self.rng.random()
        if draw < 0.2:
            return self._beside(midnight(self.rng.choice(MONTH_EDGES)))
        if draw < 0.3:
            return self._beside(midnight(self.day()))
        if draw < 0.32:
            return self.rng.choice([datetime(2000, 1, 3, tzinfo=UTC), datetime(2199, 12, 29, tzinfo=UTC)])
        seconds = timedelta(seconds=self.rng.randrange(86400))
        return midnight(self.day()) + seconds + timedelta(microseconds=self._microseconds())

    def day(self) -> date:
        """A day of the second half of 2026, at times of autumn 2025."""
        if self.chance(0.15):
            return date(2025, 8, 15) + timedelta(days=self.rng.randrange(120))
        return date(2026, 7, 10) + timedelta(days=self.rng.randrange(165))

    def instant_text(self, instant: datetime) -> str:
        """An instant as a sender may write it, with one of many offsets."""
        minutes = self.rng.choice(OFFSETS)
        local = instant.astimezone(timezone(timedelta(minutes=minutes)))
        text = local.replace(tzinfo=None).isoformat()
        if local.microsecond and self.chance(0.5):
            text = text.rstrip("0")
        elif not local.microsecond and self.chance(0.1):
            text += ".000"
        if minutes == 0 and self.chance(0.7):
            return f"{text}Z"
        sign = "-" if minutes < 0 else "+"
        return f"{text}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"

    def within(self, first: datetime, last: datetime) -> datetime:
        """An instant from first to last, in whole minutes after first."""
        minutes = max(int((last - first) / timedelta(minutes=1)), 0)
        return first.astimezone(ZONE) + timedelta(minutes=self.rng.randint(0, minutes))

    def _beside(self, instant: datetime) -> datetime:
        return instant + timedelta(microseconds=self.rng.choice([-1, 0, 1]))

    def _microseconds(self) -> int:
        return self.rng.choice([0, 0, 0, 1, 500_000, 999_999, 120_000])
