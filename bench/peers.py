"""What is measured against and is not ours: environments of their own, pinned beside this file, made on first use."""

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

_PACKAGE = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)(?:.*\\\n)(?:[ \t].*\n?)*", re.MULTILINE)


@dataclass(frozen=True)
class Peer:
    """A package that a measure needs; `missing` says why it cannot be had."""

    package: str
    version: str
    missing: str = ""

    def __str__(self) -> str:
        return f"{self.package} {self.version}" + (f": not measured, {self.missing}" if self.missing else "")


@dataclass(frozen=True)
class Environment:
    """Packages that do not go with ours."""

    pins_path: Path
    place: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        self._made()
        return self.place / "bin" / "python"

    def peer(self, package: str) -> Peer:
        """A package of it."""
        version = next(version for name, version, _pin in self._pins() if name == package.lower())
        return Peer(package, version, self._made().get(package.lower(), ""))

    def _pins(self) -> list[tuple[str, str, str]]:
        """Name, version and lines of each package that is pinned."""
        return [(match[1].lower(), match[2], match[0]) for match in _PACKAGE.finditer(self.pins_path.read_text())]

    @cache  # noqa: B019 - there are as many as the module makes
    def _made(self) -> dict[str, str]:
        """Make it unless it is there; which packages it lacks, and why."""
        lacks, seal = self.place / "lacks", self.place / "seal"
        now = hashlib.sha256(self.pins_path.read_bytes()).hexdigest()
        if not seal.exists() or seal.read_text() != now:
            print(f"making {self.place}", file=sys.stderr, flush=True)
            venv.create(self.place, clear=True, with_pip=True)
            refused = {}
            if self._install(self.pins_path.read_text()):
                # One that cannot be had must not take the others with it.
                refused = {name: why for name, _version, pin in self._pins() if (why := self._install(pin))}
            lacks.write_text("".join(f"{name}\t{why}\n" for name, why in refused.items()))
            seal.write_text(now)
        return dict(line.split("\t", 1) for line in lacks.read_text().splitlines())

    def _install(self, pins: str) -> str:
        """Why packages could not be installed; nothing where they were."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(pins)
            file.flush()
            command = [
                self.place / "bin" / "python",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--require-hashes",
            ]
            done = subprocess.run([*command, "-r", file.name], check=False, capture_output=True, text=True)
        words = done.stderr.strip().splitlines() or [f"pip ended with {done.returncode}"]
        return words[-1] if done.returncode else ""


PEERS = Environment(Path(__file__).with_name("requirements.txt"), ROOT / "build" / "bench-venv")
SUPERSET = Environment(Path(__file__).with_name("requirements-superset.txt"), ROOT / "build" / "superset-venv")
