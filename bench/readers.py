"""Readers of a portal, a thread each: `python -m bench.readers JSON` prints what each page took, as JSON."""

from __future__ import annotations

import http.client
import json
import random
import re
import sys
import threading
import time
from typing import Any

_PAGES = (
    "/reports/credit-topped-up?period=last-month",
    "/reports/credit-usage?period=last-month",
    "/reports/credit-total?period=last-month&compare=previous",
    "/reports/credit-total?period=this-year",
    "/reports/discount-partner?period=last-month",
    "/reports/discount-customer?period=last-month",
    "/reports/revenue-detail?period=last-month",
    "/reports/revenue-by-service?period=this-year&compare=year",
    "/reports/revenue-by-account?period=last-month&sort=-sales",
    "/",
)


def main() -> None:
    """Ask until the time is over."""
    asked = json.loads(sys.argv[1])
    answers: list[dict[str, float]] = []
    errors: list[str] = []
    stop = time.monotonic() + asked["seconds"]
    threads = [
        threading.Thread(target=_read, args=(number, session, asked, stop, (answers, errors)))
        for number, session in enumerate(asked["sessions"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        print(errors[0], file=sys.stderr)
    print(json.dumps({"answers": answers, "errors": len(errors)}))


def _read(number: int, session: str, asked: dict[str, Any], stop: float, found: tuple[list[Any], list[str]]) -> None:
    chance = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", asked["port"], timeout=120)
    headers = {"Cookie": f"sid={session}", "Accept-Encoding": "gzip"}
    while time.monotonic() < stop:
        if asked["pause"]:
            time.sleep(min(chance.expovariate(1 / asked["pause"]), max(0.0, stop - time.monotonic())))
        page, began = chance.choice(_PAGES), time.perf_counter()
        try:
            connection.request("GET", page, headers=headers)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            found[1].append(f"{page}: {error!r}")
            connection.close()
            continue
        seconds = time.perf_counter() - began
        if response.status != http.client.OK:
            found[1].append(f"{page}: {response.status}")
            continue
        timing = dict(re.findall(r"(\w+);dur=([0-9.]+)", response.headers.get("Server-Timing", "")))
        found[0].append({"seconds": seconds, "bytes": len(body)} | {name: float(ms) for name, ms in timing.items()})


if __name__ == "__main__":
    main()
