"""A zip file written forward only: each member is compressed as it comes, its sizes follow it."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from isal import isal_zlib

_SIZES_FOLLOW = 0x08
_DEFLATED = 8
_VERSION = 20
_VERSION_64 = 45
# 1 January 1980, the first that a zip file can say: the same answer gives the same bytes.
_TIME, _DATE = 0, 0x21
_U32_MAX = 0xFFFF_FFFF
# The compressor's answer hangs on how its food is cut; the same answer is to give the same bytes.
_FED_BYTES = 512 * 1024


@dataclass
class Member:
    """One file of the archive, raw-deflated while it is written to."""

    name: str
    out: BinaryIO
    offset: int = 0
    crc: int = 0
    raw_size: int = 0
    size: int = 0
    _rest: bytearray = field(default_factory=bytearray)
    _deflate: isal_zlib.Compress = field(
        default_factory=lambda: isal_zlib.compressobj(1, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
    )

    def write(self, data: bytes | memoryview) -> None:
        """Take more of the file's content."""
        self.crc = isal_zlib.crc32(data, self.crc)
        self.raw_size += len(data)
        if self.raw_size >= _U32_MAX:
            raise AssertionError(f"{self.name} is too large for a member of a zip file that readers everywhere take")
        data, start = memoryview(data), 0
        if self._rest:
            start = min(_FED_BYTES - len(self._rest), len(data))
            self._rest += data[:start]
            if len(self._rest) < _FED_BYTES:
                return
            self._put(self._deflate.compress(self._rest))
            self._rest.clear()
        while start + _FED_BYTES <= len(data):
            self._put(self._deflate.compress(data[start : start + _FED_BYTES]))
            start += _FED_BYTES
        self._rest += data[start:]

    def close(self) -> None:
        """End the content."""
        self._put(self._deflate.compress(self._rest))
        self._put(self._deflate.flush())

    def _put(self, data: bytes) -> None:
        if data:
            self.out.write(data)
            self.size += len(data)


class ZipStream:
    """The archive. Members are written one after the other; each must stay below 4 GiB, the whole need not."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._position = 0
        self._members: list[Member] = []

    def begin(self, name: str) -> Member:
        """Begin a member; `end` ends it."""
        member = Member(name, self._out, self._position)
        encoded = name.encode()
        header = struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", _VERSION, _SIZES_FOLLOW, _DEFLATED, _TIME, _DATE, 0, 0, 0, len(encoded), 0
        )
        self._put(header + encoded)
        return member

    def end(self, member: Member) -> None:
        """End a member."""
        member.close()
        self._position += member.size
        self._put(struct.pack("<4s3I", b"PK\x07\x08", member.crc, member.size, member.raw_size))
        self._members.append(member)

    def add(self, name: str, data: bytes) -> None:
        """Add a whole member."""
        member = self.begin(name)
        member.write(data)
        self.end(member)

    def copy(self, spooled: Member, name: str) -> None:
        """Add a member that was compressed elsewhere and is closed."""
        member = self.begin(name)
        spooled.out.seek(0)
        while chunk := spooled.out.read(1 << 20):
            self._out.write(chunk)
        member.crc, member.raw_size = spooled.crc, spooled.raw_size
        self._position += spooled.size
        member.size = spooled.size
        self._put(struct.pack("<4s3I", b"PK\x07\x08", member.crc, member.size, member.raw_size))
        self._members.append(member)

    def close(self) -> None:
        """Write the directory of members."""
        start = self._position
        for member in self._members:
            self._put(_directory_entry(member))
        size, count = self._position - start, len(self._members)
        if start + size > _U32_MAX:
            record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
            self._put(record + struct.pack("<4sIQI", b"PK\x06\x07", 0, start + size, 1))
        self._put(
            struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, min(size, _U32_MAX), min(start, _U32_MAX), 0)
        )

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._position += len(data)


def _directory_entry(member: Member) -> bytes:
    name = member.name.encode()
    extra, version, offset = b"", _VERSION, member.offset
    if offset >= _U32_MAX:
        extra, version, offset = struct.pack("<2HQ", 1, 8, offset), _VERSION_64, _U32_MAX
    sizes = (member.crc, member.size, member.raw_size, len(name), len(extra))
    head = struct.pack("<4s6H", b"PK\x01\x02", version, version, _SIZES_FOLLOW, _DEFLATED, _TIME, _DATE)
    return head + struct.pack("<3I5H2I", *sizes, 0, 0, 0, 0, offset) + name + extra
