"""Compare the product with the oracle: python -m tests.oracle.compare --seeds 1..20 --questions 100."""

import argparse
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from .differences import differences
from .ledger import Ledger
from .product import CommandLine, Product, ProductError, Reply
from .question import Row
from .random_ledger import make, now_of, write_batch
from .random_questions import Conditions, questions

SHOWN_PER_QUESTION = 8
PAGES_LIMIT = 10

MakeProduct = Callable[[Path, datetime], Product]


@dataclass(frozen=True)
class Run:
    """What to compare: how many questions about ledgers of this size, or only one of them."""

    questions: int
    size: int
    only: int | None
    work: Path
    make_product: MakeProduct


def compare_seed(run: Run, seed: int) -> list[str]:
    """What the product says otherwise about the ledger of a seed; a text for each question."""
    batches, now = make(seed, run.size), now_of(seed)
    folder = run.work / f"seed-{seed}"
    product = run.make_product(folder / "home", now)
    journal: list[int] = []
    for number, batch in enumerate(batches, 1):
        write_batch(batch, folder / f"batch-{number}", seed * 100 + number)
        try:
            journal.append(product.load(folder / f"batch-{number}"))
        except ProductError as error:
            return [f"seed {seed}: load of {folder / f'batch-{number}'} refused\n  {error}"]
    ledger, found = Ledger(batches), []
    for number, (slug, conditions) in enumerate(questions(seed, run.questions, batches, now), 1):
        if run.only in (None, number):
            lines = list(_compared(product, ledger, (slug, conditions, now), journal))
            if lines:
                found.append(_shown(product, f"seed {seed} question {number}", (slug, conditions), journal, lines))
    return found


def _compared(
    product: Product, ledger: Ledger, question: tuple[str, Conditions, datetime], journal: Sequence[int]
) -> Iterator[str]:
    slug, conditions, now = question
    expected = ledger.answer(slug, conditions, now)
    if "limit" in conditions:  # a page costs a process: never more than PAGES_LIMIT of them
        conditions["limit"] = max(int(str(conditions["limit"])), len(expected.rows) // PAGES_LIMIT + 1)
    try:
        reply = ask(product, slug, conditions, _journal_number(conditions, journal))
    except ProductError as error:
        return iter([str(error)])
    return differences(slug, conditions.get("by"), expected, reply)


def ask(product: Product, slug: str, conditions: Mapping[str, object], journal: int | None) -> Reply:
    """The whole answer: page after page where there is a limit."""
    first = product.report(slug, conditions, journal)
    if "limit" not in conditions:
        return first
    rows, reply = _page(first, conditions), first
    for _ in range(PAGES_LIMIT):
        if reply.get("next") is None:
            return {**first, "rows": rows}
        reply = product.report(slug, {**conditions, "after": reply["next"]}, journal)
        rows += _page(reply, conditions)
        for name in ("totals", "row_count"):
            if reply.get(name) != first.get(name):
                raise ProductError(f"{name} of a later page differ: {first.get(name)} {reply.get(name)}")
    raise ProductError(f"pages do not end after {PAGES_LIMIT}")


def _page(reply: Reply, conditions: Mapping[str, object]) -> list[Row]:
    rows = reply.get("rows")
    if not isinstance(rows, list):
        raise ProductError("an answer without rows")
    if len(rows) > int(str(conditions["limit"])):
        raise ProductError(f"a page of {len(rows)} rows, more than its limit")
    return list(rows)


def _journal_number(conditions: Conditions, journal: Sequence[int]) -> int | None:
    count = conditions.get("as_known_at")
    return journal[count - 1] if isinstance(count, int) else None


def _shown(
    product: Product,
    title: str,
    question: tuple[str, Conditions],
    journal: Sequence[int],
    lines: Sequence[str],
) -> str:
    slug, conditions = question
    command = product.repeat(slug, conditions, _journal_number(conditions, journal))
    shown = [f"  {line}" for line in islice(lines, SHOWN_PER_QUESTION)]
    more = len(lines) - len(shown)
    rest = [f"  … and {more} more"] if more else []
    return "\n".join([f"{title}: {slug} {conditions}", f"  repeat: {command}", *shown, *rest])


def main(words: Sequence[str] | None = None) -> int:
    """Compare what the arguments say; 1 where anything differs."""
    options = _parser().parse_args(words)
    command = shlex.split(options.sodu)
    work = Path(options.work or tempfile.mkdtemp(prefix="sodu-oracle-"))
    run = Run(
        options.questions,
        options.size,
        options.only,
        work,
        lambda home, now: CommandLine(command, home, now),
    )
    failed = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for seed, found in zip(options.seeds, pool.map(lambda s: compare_seed(run, s), options.seeds), strict=True):
            print(f"seed {seed}: {len(found)} differences in {options.questions} questions", flush=True)
            print(*found, sep="\n\n", end="\n\n" if found else "", flush=True)
            failed += len(found)
    print(f"{failed} differences in all; files and homes are in {work}")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.compare", description=__doc__)
    parser.add_argument("--seeds", type=_seeds, default=range(1, 21), help="one, or first..last")
    parser.add_argument("--questions", type=int, default=100, help="how many for each seed")
    parser.add_argument("--only", type=int, help="ask only the question of this number")
    parser.add_argument("--size", type=int, default=120, help="entries, and as many charges")
    parser.add_argument("--jobs", type=int, default=4, help="seeds at once")
    parser.add_argument("--sodu", default="sodu", help="the product's command")
    parser.add_argument("--work", help="an empty folder for files and homes; else a temporary one")
    return parser


def _seeds(text: str) -> range:
    first, _, last = text.partition("..")
    return range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    sys.exit(main())
