"""Writing a result as a whole: either all of it stands in the output folder, or nothing has changed."""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from data.errors import OutputError
from data.problems import error
from data.words import Language
from geo.plan import Plan
from maps.atlas.settings import tell_pictographs
from maps.gis.shapefiles import write_shapefiles
from maps.manifest import MANIFEST_NAME, output_names, write_manifest
from maps.outputs import NAMES, names_without, write_output
from maps.transaction import staging, take_place

# What Excel, LibreOffice and SQLite put beside a file that is open.
_COMPANIONS = (("", ""), ("~$", ""), (".~lock.", "#"), ("", "-wal"), ("", "-shm"), ("", "-journal"))

_BESIDE_SHAPES = (".sbn", ".sbx", ".qix", ".qpj", ".atx", ".xml", ".lock")


def write(
    plan: Plan, *, out: Path, language: Language, without: Collection[str] = (), shapefile: bool = False
) -> tuple[Path, ...]:
    """Write all outputs of a plan.

    They are written to a temporary folder beside ``out`` and moved into place at the end. An earlier result is replaced
    as a whole; files in it that lianpian did not write are kept.

    Parameters
    ----------
    plan : Plan
        The results.
    out : Path
        Folder of the result: new, empty, or that of an earlier result.
    language : {"zh", "en"}
        Language of the outputs.
    without : collection of str
        Outputs that are left out, by name.
    shapefile : bool
        Whether the layers are written as shapefiles, too.

    Returns
    -------
    tuple of Path
        The files, in a fixed order.

    Raises
    ------
    ProjectError
        When ``without`` names something that is no output.
    OutputError
        When the folder holds something else, when a file in it is open in another program, or when writing fails. An
        earlier result then stands as it was.
    """
    place = out.resolve()
    check_folder(place)
    names = names_without(without)
    if "atlas.pdf" in names:
        plan = replace(plan, problems=(*plan.problems, *tell_pictographs(plan.inputs)))
    with staging(place) as folder:
        new = folder / "new"
        new.mkdir()
        for name in names:
            write_output(name, plan=plan, folder=new, language=language)
        names += write_shapefiles(plan, folder=new, language=language) if shapefile else ()
        write_manifest(plan, folder=new, names=names, language=language)
        _keep_foreign(place, into=new)
        take_place(new, place)
    return tuple(out / name for name in (*names, MANIFEST_NAME))


def check_folder(out: Path) -> None:
    """Make sure that a folder may be written to: it is new, empty, or holds an earlier result.

    Parameters
    ----------
    out : Path
        Folder of the result.

    Raises
    ------
    OutputError
        When it is a file, or holds something else.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(error("output_not_folder", folder=out))
    if out.exists() and any(out.iterdir()) and output_names(out) is None:
        raise OutputError(error("output_not_ours", folder=out))


def _keep_foreign(place: Path, *, into: Path) -> None:
    """Copy what others put into an earlier result; locks and journals of our own files are no such thing."""
    ours = output_names(place)
    if ours is None:
        return
    dropped = {before + name + after for name in (*ours, *NAMES) for before, after in _COMPANIONS}
    for entry in sorted(place.iterdir()):
        if entry.name in dropped:
            continue
        if entry.is_dir():
            _copy_folder(entry, into / entry.name, ours=ours)
        else:
            shutil.copy2(entry, into / entry.name)


def _copy_folder(source: Path, target: Path, *, ours: Sequence[str]) -> None:
    """Copy a folder but for our files in it, and what ArcGIS and QGIS put beside them; an old index would mislead."""
    own = {name.partition("/")[2] for name in ours if name.startswith(f"{source.name}/")}
    stems = {name.split(".")[0] for name in own}

    def ignored(folder: str, names: list[str]) -> list[str]:
        if Path(folder) != source:
            return []
        return [
            name for name in names if name in own or (name.split(".")[0] in stems and name.endswith(_BESIDE_SHAPES))
        ]

    shutil.copytree(source, target, symlinks=True, ignore=ignored, dirs_exist_ok=True)
    if own and not any(target.iterdir()):
        target.rmdir()
