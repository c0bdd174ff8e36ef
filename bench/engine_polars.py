"""The side `polars` of the measure `engines`: reads a question a line, answers it, and tells how long that took.

It runs in the peers' environment, which has nothing of ours.
"""

import json
import sys
import time

import polars as pl

AMOUNTS = ("list_amount", "partner_amount", "customer_amount", "tax_amount")


def asked(folder: str, words: dict) -> pl.DataFrame:
    """The sums of a question."""
    first, last = words["months"]
    charges = pl.scan_parquet(f"{folder}/*.parquet").filter(pl.col("month").is_between(first, last))
    if words["partner"]:
        charges = charges.filter(pl.col("partner") == words["partner"])
    keys = [*(["month"] if words["by"] else []), words["key"], "currency"]
    # A sum of what is missing is 0 here, as it is for the others.
    sold = {name: pl.col(name).filter(~pl.col("own")).sum() for name in AMOUNTS}
    sums = charges.group_by(keys).agg(
        pl.col("list_amount").sum().alias("list"),
        sold["customer_amount"].alias("sales"),
        sold["partner_amount"].alias("cost"),
        pl.col("partner_amount").filter(pl.col("own")).sum().alias("own_use"),
        pl.col("tax_amount").sum().alias("tax"),
        pl.len().alias("charges"),
        # Named like a key where accounts are what is grouped by.
        (pl.lit(1) if words["key"] == "account" else pl.col("account").n_unique()).alias("accounts"),
    )
    return sums.collect(engine="streaming")


def main() -> None:
    """Answer until there is no question left."""
    for line in sys.stdin:
        words = json.loads(line)
        start = time.perf_counter()
        found = asked(sys.argv[1], words).rows(named=True)
        said = {"ms": (time.perf_counter() - start) * 1_000}
        if words["rows"]:
            names = ("list", "sales", "cost", "own_use", "tax", "charges", "accounts")
            said["rows"] = [
                [row.get("month"), row[words["key"]], row["currency"], *(str(row[name]) for name in names)]
                for row in found
            ]
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
