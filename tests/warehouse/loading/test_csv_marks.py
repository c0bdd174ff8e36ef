"""What a CSV file's bytes say of its shape, however they are cut."""

from dataclasses import replace

import pytest

from sodu.warehouse.loading.csv_marks import MarkReader, Marks

PLAIN = Marks(commas=40, has_quotes=False, has_space_before_quote=False)
QUOTED = replace(PLAIN, has_quotes=True)
CASES = {
    "a,b\n": PLAIN,
    "a,b\r\n": PLAIN,
    "a,Dùng vượt gói – Úc €\n": PLAIN,
    'a,"b"\n': QUOTED,
    'a, "b"\n': replace(QUOTED, has_space_before_quote=True),
    'a,"b"\n "c"\n': replace(QUOTED, has_space_before_quote=True),
    f'a,{" " * 30}"b"\n': replace(QUOTED, has_space_before_quote=True),
    'a,\t"b"\n': replace(QUOTED, has_space_before_quote=True),
    'a,"so ""he"" said ""x"" "\n': QUOTED,
}


@pytest.mark.parametrize("text", CASES, ids=repr)
def test_marks_are_the_same_however_the_bytes_are_cut(text: str) -> None:
    content = (text * 40).encode()
    for size in (1, 2, 3, 7, 63, 64, 65, 66, 1000, len(content)):
        reader = MarkReader()
        for start in range(0, len(content), size):
            for read in reader.readers:
                read(bytearray(content[start : start + size]))
        assert reader.marks == CASES[text], size
