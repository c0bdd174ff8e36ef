"""The sample written: the small tables, then month by month the charges and the credit, then what came late."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from sodu.values.text import mark as _
from sodu.warehouse.progress import Progress
from sodu.warehouse.sample import charges as bill, credit, plan, tables
from sodu.warehouse.sample.plan import Month, Provider
from sodu.warehouse.sample.services import DONG_PER_DOLLAR

_LATE_MONTHS = 3
_FILES_AT_ONCE = 2
# The engine would choose a loop for joins to the nearest row, which takes minutes here.
_SETTINGS = "SET enable_progress_bar = false; SET TimeZone = 'UTC'; SET asof_loop_join_threshold = 0"


class Sample:
    """One sample being made, in an engine of its own and in memory."""

    def __init__(self, folder: Path, provider: Provider, seed: int, today: date) -> None:
        charges = provider.charges
        self._folder = folder
        self._provider = provider
        self._months = plan.months(provider, today)
        self._stride = plan.correction_stride(charges)
        # Primes: no draw of another kind may miss all of these.
        self._late_of = 307 if charges >= 100_000 else 41
        self._paid_of = max(1, min(6, charges // 2_500))
        self._seed = seed
        self._today = today
        self._engine = duckdb.connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.close()

    def files(self, progress: Progress) -> Iterator[Path]:
        """Write the files, in the order in which they are loaded."""
        self._prepare()
        yield from tables.write(self._engine, self._folder)
        done, total = 0, sum(month.charges for month in self._months)
        for stretch in plan.stretches(self._months):
            yield from self._write_stretch(stretch)
            done += sum(month.charges for month in stretch)
            progress(_("Making charges"), done, total)
        yield self._write("charges-late", "SELECT * FROM late_charge")
        yield self._write("credit_entries-late", credit.contract_columns("SELECT * FROM late_entry"))

    def _run(self, sql: str) -> None:
        cursor = self._engine.cursor()
        cursor.execute(_SETTINGS).fetchall()
        cursor.execute(sql).fetchall()

    def _prepare(self) -> None:
        """Fill the small tables and plan all lines."""
        self._run(plan.MACROS.format(seed=self._seed))
        tables.fill(self._engine, self._provider, self._months, self._seed)
        most = max(month.charges for month in self._months)
        self._run(f"CREATE TABLE number AS SELECT i::INTEGER AS i FROM range({most}) r(i)")
        for sql in (plan.LIFE, plan.BEST, plan.LINES.format(rate=DONG_PER_DOLLAR), credit.ENTRY):
            self._run(sql)
        first = self._months[:1]
        nothing = bill.corrected(bill.priced(bill.amounts(bill.drawn_corrections(first, 1), first)))
        self._run(f"CREATE TABLE correction AS {nothing} LIMIT 0")
        self._run(f"CREATE TABLE late_charge AS {bill.contract_columns('FROM correction')}")
        self._run("CREATE TABLE late_entry AS FROM entry")

    def _write_stretch(self, stretch: list[Month]) -> list[Path]:
        """Write some months' charges and credit entries, and keep what of them comes later."""
        self._draw_charges(stretch)
        self._tell_credit(stretch)
        late = f"(i % {self._late_of} = 7 AND month < {self._months[-1].number - _LATE_MONTHS})"
        self._run(f"INSERT INTO late_charge {bill.contract_columns(f'{bill.kept(stretch)} WHERE {late}')}")
        self._run(f"INSERT INTO late_entry {credit.usage_entries(late)}")
        files = {}
        for month in stretch:
            due = f"FROM correction WHERE {_within(month)} ORDER BY occurred, charge_id"
            files[f"charges-{month.text}"] = " UNION ALL ".join(
                (bill.contract_columns(f"{bill.kept([month])} WHERE NOT {late}"), bill.contract_columns(due))
            )
            waiting = f"SELECT * FROM (FROM entry WHERE {_within(month)} ORDER BY occurred, entry_id)"
            entries = f"{credit.usage_entries(f'month = {month.number} AND NOT {late}')} UNION ALL {waiting}"
            files[f"credit_entries-{month.text}"] = credit.contract_columns(entries)
        with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:
            paths = list(pool.map(self._write, files, files.values()))
        for written in ("entry", "correction"):
            self._run(f"DELETE FROM {written} WHERE occurred < TIMESTAMP '{stretch[-1].until}'")
        return paths

    def _draw_charges(self, stretch: list[Month]) -> None:
        """Fill `charge` with the months' charges, and draw their corrections, which occur then or later."""
        self._run(
            f"CREATE OR REPLACE TABLE charge AS {bill.drawn(bill.priced(bill.amounts(bill.numbered(stretch), stretch)))}"
        )
        chosen = bill.amounts(bill.drawn_corrections(stretch, self._stride), stretch)
        self._run(f"INSERT INTO correction BY NAME {bill.corrected(bill.priced(chosen))}")

    def _tell_credit(self, stretch: list[Month]) -> None:
        """Fill `usage` with what the charges took, and `entry` with all that happened around it."""
        paid = f"i % {self._paid_of} = 0"
        lo, hi = stretch[0].number, stretch[-1].number
        corrections = f"FROM correction WHERE month BETWEEN {lo} AND {hi} AND {paid}"
        self._run(credit.usage(f"{bill.kept(stretch)} WHERE {paid}", corrections))
        self._run(credit.PAID_IN)
        told = [sql.format(lo=lo, hi=hi) for sql in credit.ENTRIES]
        for sql in (*told, credit.GIVEN_BACK):
            self._run(f"INSERT INTO entry {sql}")
        for sql in (*credit.mistakes(stretch, self._today), credit.expiries(stretch, self._today)):
            self._run(f"INSERT INTO entry {sql}")

    def _write(self, name: str, query: str) -> Path:
        path = self._folder / f"{name}.parquet"
        quoted = str(path).replace("'", "''")
        self._run(f"COPY ({query}) TO '{quoted}' (FORMAT parquet, COMPRESSION lz4_raw)")
        return path


def _within(month: Month) -> str:
    return f"occurred >= TIMESTAMP '{month.first}' AND occurred < TIMESTAMP '{month.until}'"
