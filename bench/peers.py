"""What is measured against and is not ours: an environment of its own, pinned in `requirements.txt`, made on first use."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.measure import ROOT

PLACE = ROOT / "build" / "bench-venv"
_PINS = Path(__file__).with_name("requirements.txt")
_PACKAGE = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)(?:.*\\\n)(?:[ \t].*\n?)*", re.MULTILINE)


@dataclass(frozen=True)
class Peer:
    """A package that a measure needs; `missing` says why it cannot be had."""

    package: str
    version: str
    missing: str = ""

    def __str__(self) -> str:
        return f"{self.package} {self.version}" + (f": not measured, {self.missing}" if self.missing else "")


def python() -> Path:
    """The interpreter of the peers' environment."""
    _made()
    return PLACE / "bin" / "python"


def peer(package: str) -> Peer:
    """A package of the peers' environment."""
    version = next(version for name, version, _pin in _pins() if name == package.lower())
    return Peer(package, version, _made().get(package.lower(), ""))


def _pins() -> list[tuple[str, str, str]]:
    """Name, version and lines of each package that is pinned."""
    return [(match[1].lower(), match[2], match[0]) for match in _PACKAGE.finditer(_PINS.read_text())]


@cache
def _made() -> dict[str, str]:
    """Make the environment unless it is there; which packages it lacks, and why."""
    lacks, seal = PLACE / "lacks", PLACE / "seal"
    now = hashlib.sha256(_PINS.read_bytes()).hexdigest()
    if not seal.exists() or seal.read_text() != now:
        print(f"making {PLACE}", file=sys.stderr, flush=True)
        venv.create(PLACE, clear=True, with_pip=True)
        refused = {}
        if _install(_PINS.read_text()):
            # One that cannot be had must not take the others with it.
            refused = {name: why for name, _version, pin in _pins() if (why := _install(pin))}
        lacks.write_text("".join(f"{name}\t{why}\n" for name, why in refused.items()))
        seal.write_text(now)
    return dict(line.split("\t", 1) for line in lacks.read_text().splitlines())


def _install(pins: str) -> str:
    """Why packages could not be installed; nothing where they were."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(pins)
        file.flush()
        command = [PLACE / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        done = subprocess.run([*command, "-r", file.name], check=False, capture_output=True, text=True)
    words = done.stderr.strip().splitlines() or [f"pip ended with {done.returncode}"]
    return words[-1] if done.returncode else ""
