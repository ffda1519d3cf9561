"""Moves that happen whole or not at all: what is new is made beside its place and then takes it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError
from xlsxwriter.exceptions import XlsxWriterException

from data.errors import OutputError
from data.problems import error

_FAULTS = (OSError, DataSourceError, DataLayerError, XlsxWriterException)


@contextmanager
def staging(place: Path) -> Iterator[Path]:
    """Make a folder beside a place, on the same volume, and take it away again.

    Parameters
    ----------
    place : Path
        Absolute path of the file or folder that is to be made.

    Yields
    ------
    Path
        The folder.

    Raises
    ------
    OutputError
        When anything in it, or the folder itself, cannot be written.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        try:
            yield folder
        finally:
            # An earlier result that could not be put back is all there is of it.
            if place.exists() or not _aside(folder).exists():
                shutil.rmtree(folder, ignore_errors=True)
    except OutputError:
        raise
    except _FAULTS as fault:
        raise OutputError(error("output_not_written", folder=place, reason=_reason(fault))) from fault


def take_place(new: Path, place: Path) -> None:
    """Put a new file or folder of the staging folder into its place; if that fails, the earlier one is put back.

    Parameters
    ----------
    new : Path
        The file or folder, directly in the staging folder.
    place : Path
        Where it goes.

    Raises
    ------
    OutputError
        When what stands there cannot be moved, as on Windows while it is open in another program, or when it cannot be
        removed in the end.
    """
    old = _aside(new.parent)
    try:
        if place.exists():
            place.rename(old)
        try:
            new.rename(place)
        finally:
            if old.exists() and not place.exists():
                old.rename(place)
    except PermissionError as fault:
        raise OutputError(error("output_in_use", folder=place, reason=_reason(fault))) from fault
    _remove(old)


def _aside(folder: Path) -> Path:
    return folder / "old"


def _remove(old: Path) -> None:
    try:
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
    except OSError as fault:
        raise OutputError(error("output_old_left", folder=old, reason=_reason(fault))) from fault


def _reason(fault: Exception) -> str:
    return (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
