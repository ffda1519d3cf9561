"""Packages of Office without the clock in them."""

import io
import zipfile
from pathlib import Path

# The first day that a zip can name.
_STAMP = (1980, 1, 1, 0, 0, 0)


def write_package(content: bytes, *, path: Path) -> None:
    """Write a zip again with one time for all its parts, so that the same parts give the same bytes.

    Parameters
    ----------
    content : bytes
        The zip.
    path : Path
        The file; overwritten.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(path, "w") as written:
        for name in read.namelist():
            part = zipfile.ZipInfo(name, _STAMP)
            part.compress_type = zipfile.ZIP_DEFLATED
            # Otherwise it names the system that wrote it.
            part.create_system = 0
            written.writestr(part, read.read(name))
