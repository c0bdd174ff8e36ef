"""Archives written forward only: the same bytes however the content comes, and right beyond 4 GiB."""

import random
import zipfile
from io import BufferedReader, BytesIO, RawIOBase
from itertools import repeat
from typing import Any, cast

import pytest

from sodu.render.zipstream import Member, ZipStream

GIB = 1024**3
BLOCK = 1024**2


class Far(RawIOBase):
    """A file of any size whose blocks are mostly the same ones: each different one is kept once."""

    def __init__(self) -> None:
        self._blocks: list[tuple[int, bytes]] = []
        self._known: dict[bytes, bytes] = {}
        self._end = self._place = 0

    def write(self, data: Any) -> int:
        block = bytes(data)
        self._blocks.append((self._end, self._known.setdefault(block, block)))
        self._end += len(block)
        return len(block)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = offset + (0, self._place, self._end)[whence]
        return self._place

    def readinto(self, buffer: Any) -> int:
        for start, block in reversed(self._blocks):
            if start <= self._place < start + len(block):
                piece = block[self._place - start :][: len(buffer)]
                buffer[: len(piece)] = piece
                self._place += len(piece)
                return len(piece)
        return 0


def archive(content: bytes, sizes: Any) -> bytes:
    out = BytesIO()
    zipped = ZipStream(out)
    member = zipped.begin("content.xml")
    start = 0
    while start < len(content):
        size = next(sizes)
        member.write(memoryview(content)[start : start + size])
        start += size
    zipped.end(member)
    zipped.close()
    return out.getvalue()


def test_how_content_comes_leaves_no_trace() -> None:
    chance = random.Random(7)
    content = "".join(f"<c><v>{chance.randrange(10**6)}</v></c>" for _ in range(120_000)).encode()
    ways = (repeat(999), repeat(512 * 1024), repeat(len(content)), iter(lambda: chance.randrange(1, 10**6), None))
    first, *others = (archive(content, sizes) for sizes in ways)
    assert zipfile.ZipFile(BytesIO(first)).read("content.xml") == content
    assert all(other == first for other in others)


def test_members_beyond_4_gib_of_archive_are_found() -> None:
    spooled = Member("", cast("Any", BytesIO()))
    noise = random.Random(7).randbytes(BLOCK)
    for _ in range(100):
        spooled.write(noise)
    spooled.close()
    out = Far()
    zipped = ZipStream(cast("Any", out))
    zipped.add("first.xml", b"<first/>")
    for number in range(42):
        zipped.copy(spooled, f"{number}.bin")
    zipped.add("last.xml", b"<last/>")
    zipped.close()
    with zipfile.ZipFile(BufferedReader(out)) as found:
        assert found.getinfo("last.xml").header_offset > 4 * GIB
        assert [each.filename for each in found.infolist()] == [
            "first.xml",
            *(f"{number}.bin" for number in range(42)),
            "last.xml",
        ]
        assert found.read("first.xml") == b"<first/>"
        assert found.read("last.xml") == b"<last/>"
        assert all(each.file_size == 100 * BLOCK for each in found.infolist()[1:-1])
        with found.open("41.bin") as content:
            assert content.read(BLOCK) == noise


def test_a_member_of_4_gib_is_refused() -> None:
    member = Member("large.xml", cast("Any", BytesIO()))
    zeros = bytes(64 * BLOCK)
    for _ in range(63):
        member.write(zeros)
    member.write(memoryview(zeros)[:-BLOCK])
    with pytest.raises(AssertionError, match=r"large\.xml"):
        member.write(zeros)
    member.close()
    assert member.size < 64 * BLOCK
