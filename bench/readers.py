"""Readers of a portal, a thread each: `python -m bench.readers JSON` prints what each page took, as JSON."""

from __future__ import annotations

import gzip
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
    if asked.get("each"):
        print(json.dumps(_each(asked)))
        return
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


def _each(asked: dict[str, Any]) -> dict[str, Any]:
    """Every page as each of the readers, one after the other: the first time, and once more."""
    connection = http.client.HTTPConnection("127.0.0.1", asked["port"], timeout=120)
    found = []
    for session in asked["sessions"]:
        for page in _PAGES:
            for time_asked in ("first", "again"):
                body, headers = _got(connection, page, session)
                timing = dict(re.findall(r"(\w+);dur=([0-9.]+)", headers.get("Server-Timing", "")))
                took = {name: float(milliseconds) for name, milliseconds in timing.items()}
                found.append({"page": page, "asked": time_asked, "bytes": len(body), **took})
    pages = [gzip.decompress(_got(connection, page, asked["sessions"][0])[0]).decode() for page in _PAGES[:2]]
    files = {file for text in pages for file in re.findall(r'(?:src|href)="(/static/[^"]+)"', text)}
    return {"answers": found, "files": sum(len(_got(connection, file, "")[0]) for file in files)}


def _got(connection: http.client.HTTPConnection, place: str, session: str) -> tuple[bytes, http.client.HTTPMessage]:
    connection.request("GET", place, headers={"Cookie": f"sid={session}", "Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    if response.status != http.client.OK:
        raise SystemExit(f"{place}: {response.status}")
    return body, response.headers


def _read(number: int, session: str, asked: dict[str, Any], stop: float, found: tuple[list[Any], list[str]]) -> None:
    chance = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", asked["port"], timeout=120)
    headers = {"Cookie": f"sid={session}", "Accept-Encoding": "gzip"}
    while time.monotonic() < stop:
        if asked["pause"]:
            pause = chance.expovariate(1 / asked["pause"])
            # Whose next page would come after the end asks none: all of them at the last moment would be a crowd of its own.
            if time.monotonic() + pause >= stop:
                return
            time.sleep(pause)
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
