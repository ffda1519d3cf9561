"""Packages of Office and QGIS, which are zips, without the clock in them."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

# The first day that a zip can name.
_STAMP = (1980, 1, 1, 0, 0, 0)


def write_package(path: Path, *, parts: Mapping[str, bytes]) -> None:
    """Write a zip with one time for all its parts, so that the same parts give the same bytes.

    Parameters
    ----------
    path : Path
        The file; overwritten.
    parts : mapping of str to bytes
        The parts by their names, in order.
    """
    with zipfile.ZipFile(path, "w") as written:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, _STAMP)
            part.compress_type = zipfile.ZIP_DEFLATED
            # Otherwise it names the system that wrote it.
            part.create_system = 0
            written.writestr(part, content)


def package_parts(content: bytes) -> dict[str, bytes]:
    """Read the parts of a zip.

    Parameters
    ----------
    content : bytes
        The zip.

    Returns
    -------
    dict of str to bytes
        The parts by their names, in order.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        return {name: read.read(name) for name in read.namelist()}
