"""Files of any bytes: they are read, or refused with a sentence that names the file; nothing else is raised."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import LianpianError
from data.files.drawings import DRAWING_SUFFIXES
from data.files.points import TABLE_SUFFIXES
from data.files.vectors import VECTOR_SUFFIXES
from data.layer_files import read_layer_file
from data.project import LayerTable

SUFFIXES = sorted({*VECTOR_SUFFIXES, *TABLE_SUFFIXES, *DRAWING_SUFFIXES} - {".gdb"})
# How files of these kinds begin, so that the readers go on past the first bytes.
HEADS = [b"", b"PK\x03\x04", b"SQLite format 3\x00", b"\x00\x00\x27\x0a", b"{", b"<kml>", b"0\nSECTION\n", b"\xff\xfe",
         b"fgb\x03fgb\x00"]  # fmt: skip


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.sampled_from(HEADS), body=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_name(tmp_path: Path, suffix: str, head: bytes, body: bytes) -> None:
    path = tmp_path / f"小区{suffix}"
    path.write_bytes(head + body)
    assert path.name in _said(path)


def _said(path: Path) -> str:
    """Return what a file that cannot be read is refused with; of one that can, its name."""
    try:
        read_layer_file(path, role="estates", table=LayerTable(path=path.name))
    except LianpianError as fault:
        return str(fault)
    return path.name
