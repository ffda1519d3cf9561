"""The manifest of a run: what must be known to repeat it and to tell whether two runs are the same."""

import hashlib
import json
import math
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pyogrio
import pyproj
import shapely
from pyproj import CRS

from data.inputs import Source
from data.scenario import SCENARIO_ROLE
from data.words import Language
from geo.plan import Plan
from maps.plain_text import plain_text

MANIFEST_NAME = "manifest.json"
_PACKAGES = (
    "folium", "geopandas", "lianpian", "networkx", "numpy", "osmium", "pandas", "pyogrio", "pyproj",
    "python-docx", "scipy", "shapely", "xlsxwriter",
)  # fmt: skip


def write_manifest(plan: Plan, *, folder: Path, names: Sequence[str], language: Language) -> None:
    """Write ``manifest.json`` beside the files it names; it holds no clock and no absolute path.

    Parameters
    ----------
    plan : Plan
        The results.
    folder : Path
        Where the files stand.
    names : sequence of str
        Names of the files, in order.
    language : {"zh", "en"}
        Language the files are written in.
    """
    inputs = plan.inputs
    manifest = {
        "crs": _crs(inputs.crs),
        "facts": dict(inputs.facts),
        "inputs": [
            {"role": source.role, "name": source.name, "sha256": source.sha256, "facts": dict(source.facts)}
            for source in inputs.sources
            if source.role != SCENARIO_ROLE
        ],
        "options": {**inputs.project.model_dump(mode="json", exclude={"folder"}), "language": language},
        "scenario": _scenario(inputs.sources),
        "outputs": {name: hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() for name in names},
        "standard": {
            "key": inputs.standard.key,
            "title": dict(inputs.standard.title),
            "source": inputs.standard.source_name,
            "profiles": {
                key: {"name": dict(profile.name), "metres": profile.metres, "minutes": profile.minutes}
                for key, profile in inputs.standard.profiles.items()
            },
            "services": {
                service.key: {
                    "name": dict(service.name),
                    "profile": service.profile,
                    "capacity_unit": service.capacity_unit,
                }
                for service in inputs.standard.services
            },
        },
        "counts": _counts(plan),
        "versions": versions(),
    }
    text = json.dumps(_portable(manifest), ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    folder.joinpath(MANIFEST_NAME).write_text(text + "\n", encoding="utf-8", newline="\n")


def output_names(folder: Path) -> tuple[str, ...] | None:
    """Read which files a folder holds as a result.

    Parameters
    ----------
    folder : Path
        Any folder.

    Returns
    -------
    tuple of str or None
        Names of the files of the result, with the manifest; None when the folder holds no result.
    """
    try:
        read = json.loads(folder.joinpath(MANIFEST_NAME).read_text("utf-8"))
        return (*map(str, read["outputs"]), MANIFEST_NAME) if "lianpian" in read["versions"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def versions() -> dict[str, str]:
    """List the versions that a result may depend on.

    Returns
    -------
    dict of str to str
        Versions by name, such as ``"geopandas"``, ``"GDAL"`` or ``"python"``.
    """
    return {
        **{name: _version(name) for name in _PACKAGES},
        "GDAL": ".".join(map(str, pyogrio.__gdal_version__)),
        "GEOS": ".".join(map(str, shapely.geos_version)),
        "PROJ": pyproj.proj_version_str,
        "python": ".".join(platform.python_version_tuple()[:2]),
    }


def _counts(plan: Plan) -> dict[str, Any]:
    """Count the estates by class of eligibility, the contents done before, and the packages where there are any."""
    packages, bundles = plan.packages, plan.inputs.standard.management
    counts: dict[str, Any] = {
        "eligibility": {str(key): int(count) for key, count in plan.estates["eligibility"].value_counts().items()},
        "funded": {str(key): int(count) for key, count in plan.funded["how"].value_counts().items()},
    }
    if bundles is not None:
        short = int((packages["shortfall"] > 0).sum()) if len(packages) else 0
        rule = {"floor_area_m2": bundles.floor_area_m2, "clause": bundles.source, "confidence": bundles.confidence}
        counts["packages"] = {"packages": len(packages), "short": short, "rule": rule}
    return counts


def _scenario(sources: Sequence[Source]) -> dict[str, Any] | None:
    """Tell the file, the checksum and the edits of the scenario, None for a plan of things as they are."""
    for source in sources:
        if source.role == SCENARIO_ROLE:
            facts = dict(source.facts)
            about = {"name": facts.pop("name"), "file": source.name, "sha256": source.sha256}
            return {**about, "edits": [json.loads(edit) for edit in facts.values()]}
    return None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _crs(crs: CRS) -> dict[str, str]:
    authority = crs.to_authority()
    return {"code": ":".join(authority) if authority else "", "name": crs.name}


def _portable(value: Any) -> Any:  # noqa: ANN401
    """Shorten absolute paths to the name of the file, so that nothing tells of the machine or its user."""
    if isinstance(value, dict):
        return {key: _portable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_portable(part) for part in value]
    if isinstance(value, str):
        absolute = PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
        return plain_text(PureWindowsPath(value).name if absolute else value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
