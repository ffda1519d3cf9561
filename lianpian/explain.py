"""What is asked to be explained, and the explanation as JSON."""

import dataclasses
import difflib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data.errors import InputError, ProjectError
from data.problems import error
from data.results import Results, matching_estates
from data.words import LANGUAGES, Words
from geo.explaining.explanation import Explanation, explain_service
from lianpian.explain_sentences import estate_label, named

FORMAT = 1
NEAR_COUNT = 5
NEAR_ENOUGH = 0.5


def find_estate(results: Results, *, wanted: str, say: Words) -> str:
    """Find the one estate that is meant.

    Parameters
    ----------
    results : Results
        The tables of a plan.
    wanted : str
        Identifier or exact name.
    say : Words
        The text catalogue, for the list of the others.

    Returns
    -------
    str
        Its identifier.

    Raises
    ------
    ProjectError
        When no estate is called so, with those called much like it; or several are, with their identifiers.
    """
    ids = matching_estates(results.estates, wanted=wanted)
    if len(ids) == 1:
        return ids[0]
    mark = say("cli.list_mark")
    if ids:
        raise ProjectError(error("explain_estate_several", value=wanted, count=len(ids), ids=mark.join(ids)))
    near = _called_like(results.estates, wanted)
    if not near:
        raise ProjectError(error("explain_estate_none_near", value=wanted))
    labels = [estate_label(results, estate_id=one, say=say) for one in near]
    raise ProjectError(error("explain_estate_unknown", value=wanted, near=mark.join(labels)))


def _called_like(estates: pd.DataFrame, wanted: str) -> list[str]:
    """Return the identifiers of the estates whose identifier or name is most like a text."""
    texts = pd.concat([estates["estate_id"], estates["name"].dropna()]).astype(str)
    ids = pd.concat([estates["estate_id"], estates.loc[estates["name"].notna(), "estate_id"]])
    of_text: dict[str, list[str]] = {}
    for text, one in zip(texts, ids, strict=True):
        of_text.setdefault(text, []).append(one)
    holding = [text for text in of_text if wanted and wanted in text]
    alike = difflib.get_close_matches(wanted, of_text, n=NEAR_COUNT, cutoff=NEAR_ENOUGH)
    return list(dict.fromkeys(one for text in (*alike, *holding) for one in of_text[text]))[:NEAR_COUNT]


def find_services(results: Results, *, wanted: str | None, say: Words) -> tuple[str, ...]:
    """Find the assessed services that are meant.

    Parameters
    ----------
    results : Results
        The tables of a plan.
    wanted : str or None
        Key or exact name of a service; None for all.
    say : Words
        The text catalogue, for the list of what there is.

    Returns
    -------
    tuple of str
        Their keys, in the order of the standard.

    Raises
    ------
    ProjectError
        When no such service was assessed, with those that were.
    InputError
        When none was.
    """
    keys = tuple(results.services["service"])
    if not keys:
        raise InputError(error("explain_nothing_assessed"))
    if wanted is None:
        return keys
    known = results.manifest["standard"]["services"]
    found = tuple(key for key in keys if wanted in (key, *(known[key]["name"][one] for one in LANGUAGES)))
    if not found:
        labels = [named(known[key]["name"][say.language], identifier=key, say=say) for key in keys]
        allowed = say("cli.list_mark").join(labels)
        raise ProjectError(error("explain_service_unknown", value=wanted, allowed=allowed))
    return found


def explain_estate(results: Results, *, estate_id: str, services: Sequence[str]) -> tuple[Explanation, ...]:
    """Explain services of one estate, in the order given."""
    return tuple(explain_service(results, estate_id=estate_id, service=service) for service in services)


def explanation_json(explanations: Sequence[Explanation], *, results: Results, estate_id: str) -> str:
    """Write explanations as JSON, with the numbers as they are recorded.

    Parameters
    ----------
    explanations : sequence of Explanation
        Of one estate.
    results : Results
        The tables they were made from.
    estate_id : str
        The estate.

    Returns
    -------
    str
        One object: ``format`` (1), ``project`` (``name``, ``date``), ``standard`` (``key``, ``title``), ``crs``,
        ``estate`` (``estate_id``, ``name``, ``subdistrict``, ``access_kind``) and ``services``, a list with one object
        per explanation: the fields of :class:`geo.explaining.explanation.Explanation` and ``service_name``. A number
        or text that nobody recorded is null.
    """
    manifest = results.manifest
    estate = results.estates[results.estates["estate_id"] == estate_id].iloc[0]
    project = manifest["options"].get("project", {})
    names = manifest["standard"]["services"]
    document = {
        "format": FORMAT,
        "project": {"name": project.get("name", ""), "date": project.get("date")},
        "standard": {key: manifest["standard"][key] for key in ("key", "title")},
        "crs": manifest.get("crs"),
        "estate": {key: estate[key] for key in ("estate_id", "name", "subdistrict", "access_kind")},
        "services": [{"service_name": names[one.service]["name"], **dataclasses.asdict(one)} for one in explanations],
    }
    return json.dumps(_plain(document), ensure_ascii=False, indent=2, allow_nan=False)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of the document
    """Turn what nobody recorded into null."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
