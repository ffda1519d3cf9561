"""Applying a scenario: the inputs as they would be after its edits."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from data.coordinates.crs import to_analysis
from data.coordinates.readings import GEOGRAPHIC, possible_readings
from data.errors import CrsError, ScenarioError
from data.inputs import ADDED_GATE, Inputs, Source, Walkways
from data.layers import as_layer
from data.problems import Problem, blocking, error, warning
from data.scenario import (
    GATE_STATES,
    SCENARIO_ROLE,
    AddFacility,
    AddGate,
    AddLink,
    Edit,
    RemoveFacility,
    RemoveWall,
    ResizeFacility,
    Scenario,
    SetGate,
    edit_place,
    edit_text,
)
from data.words import LANGUAGES, in_each_language
from geo.judgement.assessment import ask
from geo.streets.links import add_links
from geo.streets.shut_gates import GATE_REACH_M

Floats = npt.NDArray[np.float64]

TOWN_REACH_M = 5_000.0
_NAMES_SHOWN = 5


@dataclass(frozen=True)
class _Task:
    """Hold an edit, its number in the file, and its places in the system of the analysis, shape (k, 2)."""

    number: int
    edit: Edit
    xy: Floats


def apply_scenario(inputs: Inputs, scenario: Scenario) -> Inputs:
    """Edit the inputs as a scenario says.

    Parameters
    ----------
    inputs : Inputs
        What was read; it stays as it is.
    scenario : Scenario
        The edits.

    Returns
    -------
    Inputs
        The edited inputs: identifiers stay, new rows stand at the end, whatever the order of the edits. The scenario is
        among the sources, what was assumed of it among the problems.

    Raises
    ------
    ScenarioError
        With a problem for each identifier or service that does not exist, for each place that is not in the town or in
        an unsure coordinate system, and for each edit that does not fit.
    """
    file = scenario.file_name
    tasks, problems = _placed(inputs, scenario)
    tell = [*problems, *_misfits(inputs, tasks, file), *_unserved(inputs, tasks, file)]
    barriers = _without(
        inputs.barriers, "barrier_id", {t.edit.barrier for t in tasks if isinstance(t.edit, RemoveWall)}
    )
    gates = _gates(inputs.gates, tasks)
    walkways, joints = _linked(inputs, tasks, barriers, file)
    tell += [*joints, *_crossing(tasks, barriers, file)]
    if blocking(tell):
        raise ScenarioError(*tell)
    return replace(
        inputs,
        gates=gates,
        barriers=barriers,
        facilities=_facilities(inputs.facilities, tasks, file or scenario.name),
        walkways=walkways,
        problems=(*tell, *inputs.problems),
        sources=(*inputs.sources, _source(scenario)),
        before=inputs,
    )


def _source(scenario: Scenario) -> Source:
    edits = {edit_place(number): edit_text(edit) for number, edit in enumerate(scenario.edits)}
    name = scenario.file_name or scenario.name
    return Source(SCENARIO_ROLE, name, scenario.sha256, {"name": scenario.name, **edits})


def _placed(inputs: Inputs, scenario: Scenario) -> tuple[list[_Task], list[Problem]]:
    """Bring the places of the edits to the system of the analysis; the order of the file decides nothing after."""
    tasks: list[_Task] = []
    told: dict[tuple[str, str], Problem] = {}
    faults: list[Problem] = []
    for number, edit in enumerate(scenario.edits):
        try:
            xy, assumed = _to_analysis(edit, inputs, scenario.file_name)
        except CrsError as fault:
            faults += [replace(one, field=edit_place(number, "coordinates")) for one in fault.problems]
            continue
        # What was assumed is told once, not for every place.
        told |= {(one.code, one.value): one for one in assumed if (one.code, one.value) not in told}
        far = [*_far_away(inputs, _Task(number, edit, xy), scenario.file_name)]
        faults += far
        if not far:
            tasks.append(_Task(number, edit, xy))
    return sorted(tasks, key=lambda task: edit_text(task.edit)), [*faults, *told.values()]


def _to_analysis(edit: Edit, inputs: Inputs, file: str) -> tuple[Floats, tuple[Problem, ...]]:
    if not isinstance(edit, AddGate | AddLink | AddFacility):
        return np.zeros((0, 2)), ()
    frame = gpd.GeoDataFrame(geometry=list(shapely.points(list(_places(edit).values()))))
    moved, problems = to_analysis(frame, coordinates=edit.coordinates, crs=inputs.crs, place=file)
    return shapely.get_coordinates(moved.geometry.to_numpy()), problems


def _places(edit: Edit) -> dict[str, tuple[float, float]]:
    """Return the places of an edit by their keys in the file."""
    if isinstance(edit, AddLink):
        return {"from": edit.start, "to": edit.end}
    return {"at": edit.at} if isinstance(edit, AddGate | AddFacility) else {}


def _far_away(inputs: Inputs, task: _Task, file: str) -> Iterator[Problem]:
    """Tell of places far from every estate, and how their numbers were read."""
    estates = inputs.estates.geometry.to_numpy()
    for (key, given), xy in zip(_places(task.edit).items(), task.xy.tolist(), strict=True):
        metres = float(shapely.distance(estates, shapely.Point(xy)).min())
        # Written so that a place at infinity is refused as well.
        if not metres <= TOWN_REACH_M:
            lon, lat = Transformer.from_crs(inputs.crs, GEOGRAPHIC, always_xy=True).transform(*xy)
            yield error(
                "scenario_far_away",
                file=file,
                field=edit_place(task.number, key),
                value=f"[{given[0]:.10g}, {given[1]:.10g}]",
                km=f"{metres / 1000:.4g}",
                limit=f"{TOWN_REACH_M / 1000:g}",
                place=f"{lon:.4f}°E {lat:.4f}°N",
                readings="; ".join(one.text() for one in possible_readings((*given, *given))) or "-",
            )


def _misfits(inputs: Inputs, tasks: Sequence[_Task], file: str) -> Iterator[Problem]:
    """Tell of what is named and not there, of what is no wall, and of edits without effect."""
    named = {"gate": inputs.gates, "barrier": inputs.barriers, "facility": inputs.facilities}
    for task in _as_written(tasks):
        for key, frame in named.items():
            wanted = getattr(task.edit, key, None)
            if wanted is None:
                continue
            rows = frame[frame[f"{key}_id"] == wanted]
            told = {"file": file, "field": edit_place(task.number, key), "value": wanted}
            if rows.empty:
                yield error(f"scenario_no_{key}", **told, near=_near(wanted, frame, f"{key}_id"))
            elif key == "barrier" and (rows["kind"] != "wall").any():
                kind = str(rows["kind"].iloc[0])
                yield error("scenario_not_a_wall", **told, kind=in_each_language(f"terms.barrier.{kind}", default=kind))
            elif isinstance(task.edit, SetGate) and (rows["state"] == GATE_STATES[task.edit.action]).all():
                state = in_each_language(f"terms.gate.{GATE_STATES[task.edit.action]}", default="")
                yield warning("scenario_gate_unchanged", **told, state=state)
        yield from _misplaced(inputs, task, file)


def _as_written(tasks: Sequence[_Task]) -> list[_Task]:
    return sorted(tasks, key=lambda task: task.number)


def _near(wanted: str, frame: pd.DataFrame, key: str) -> str:
    """List what exists and is written alike: what bears that name first, then the nearest identifiers."""
    names = dict(zip(frame[key], frame["name"], strict=True))
    called = [one for one, name in names.items() if name == wanted]
    alike = difflib.get_close_matches(wanted, names, n=_NAMES_SHOWN, cutoff=0.0)
    shown = [*called, *(one for one in alike if one not in called)][:_NAMES_SHOWN]
    return ", ".join(one if pd.isna(names[one]) else f"{one} ({names[one]})" for one in shown) or "-"


def _misplaced(inputs: Inputs, task: _Task, file: str) -> Iterator[Problem]:
    """Tell of a gate that stands at no estate, of a link of no length, and of an identifier that is taken."""
    edit, told = task.edit, {"file": file, "field": edit_place(task.number, "at")}
    if isinstance(edit, AddGate):
        edges = shapely.boundary(inputs.estates.geometry.to_numpy())
        metres = float(np.nanmin(shapely.distance(edges, shapely.Point(task.xy[0]))))
        if metres > GATE_REACH_M:
            yield error("scenario_gate_apart", **told, value=f"{metres:.0f}", limit=f"{GATE_REACH_M:g}")
    elif isinstance(edit, AddLink) and np.hypot(*(task.xy[0] - task.xy[1])) < 0.001:
        yield error("scenario_link_short", file=file, field=edit_place(task.number, "to"))
    elif isinstance(edit, AddFacility) and (inputs.facilities["facility_id"] == edit.id).any():
        yield error("scenario_id_taken", file=file, field=edit_place(task.number, "id"), value=edit.id)


def _unserved(inputs: Inputs, tasks: Sequence[_Task], file: str) -> Iterator[Problem]:
    """Tell of services that the standard does not have, or does not assess."""
    names = {service.key: service.name for service in inputs.standard.services}
    settings = inputs.project
    questions = ask(
        inputs.standard,
        facilities=inputs.facilities,
        people=0.0,
        on=settings.project.date,
        use_unverified=settings.gaps.use_unverified,
        thin_share=settings.gaps.thin_share,
    )
    assessed = {question.service.key for question in questions}
    for task in _as_written(tasks):
        if not isinstance(task.edit, AddFacility):
            continue
        key, told = task.edit.service, {"file": file, "field": edit_place(task.number, "service")}
        if key not in names:
            allowed = {one: ", ".join(f"{known} ({name[one]})" for known, name in names.items()) for one in LANGUAGES}
            yield error("service_undeclarable", **told, value=key, allowed=allowed)
        elif key not in assessed:
            yield warning("scenario_not_assessed", **told, value=key, service=names[key])


def _without(frame: gpd.GeoDataFrame, key: str, ids: set[str]) -> gpd.GeoDataFrame:
    return frame[~frame[key].isin(ids)].reset_index(drop=True) if ids else frame


def _gates(gates: gpd.GeoDataFrame, tasks: Sequence[_Task]) -> gpd.GeoDataFrame:
    """Set the states of gates and add new ones."""
    states = {task.edit.gate: GATE_STATES[task.edit.action] for task in tasks if isinstance(task.edit, SetGate)}
    if states:
        gates = gates.assign(state=gates["gate_id"].map(states).astype(object).fillna(gates["state"]))
    new = [(task.edit, task.xy) for task in tasks if isinstance(task.edit, AddGate)]
    columns = {
        "gate_id": _fresh_ids("NG", len(new), taken=set(gates["gate_id"])),
        "name": [edit.name for edit, _ in new],
        "state": [edit.state for edit, _ in new],
        "osm_id": [ADDED_GATE] * len(new),
    }
    return _extended(gates, "gates", columns, [xy[0] for _, xy in new])


def _facilities(facilities: gpd.GeoDataFrame, tasks: Sequence[_Task], source: str) -> gpd.GeoDataFrame:
    """Take facilities away, resize them and add new ones."""
    gone = {task.edit.facility for task in tasks if isinstance(task.edit, RemoveFacility)}
    facilities = _without(facilities, "facility_id", gone)
    resized = [task.edit for task in tasks if isinstance(task.edit, ResizeFacility)]
    for name in ("capacity", "floor_area_m2"):
        sizes = {edit.facility: size for edit in resized if (size := getattr(edit, name)) is not None}
        if sizes:
            facilities = facilities.assign(
                **{name: facilities["facility_id"].map(sizes).astype(float).fillna(facilities[name])}
            )
    new = [(task.edit, task.xy) for task in tasks if isinstance(task.edit, AddFacility)]
    own = [edit.id for edit, _ in new if edit.id is not None]
    made = iter(_fresh_ids("N", len(new) - len(own), taken={*facilities["facility_id"], *gone, *own}))
    columns = {
        "facility_id": [edit.id if edit.id is not None else next(made) for edit, _ in new],
        **{name: [getattr(edit, name) for edit, _ in new] for name in ("name", "service")},
        **{name: np.array([getattr(edit, name) for edit, _ in new], float) for name in ("capacity", "floor_area_m2")},
        "status": ["open"] * len(new),
        "source": [source] * len(new),
    }
    return _extended(facilities, "facilities", columns, [xy[0] for _, xy in new])


def _fresh_ids(prefix: str, count: int, *, taken: set[str]) -> list[str]:
    """Make identifiers with numbers from 1 that are not taken."""
    numbered = (f"{prefix}{number}" for number in range(1, count + len(taken) + 1))
    return [one for one in numbered if one not in taken][:count]


def _extended(
    frame: gpd.GeoDataFrame, layer: str, columns: dict[str, object], points: Sequence[Floats]
) -> gpd.GeoDataFrame:
    """Append points to a layer."""
    if not points:
        return frame
    added = gpd.GeoDataFrame(columns, geometry=list(shapely.points(np.array(points))), crs=frame.crs)
    whole = pd.concat([frame, as_layer(added, layer=layer, crs=frame.crs)], ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry=frame.geometry.name, crs=frame.crs)


def _crossing(tasks: Sequence[_Task], barriers: gpd.GeoDataFrame, file: str) -> Iterator[Problem]:
    """Tell of links that lead across what nobody walks across: they have to be bridges, underpasses or passages."""
    tree = shapely.STRtree(barriers.geometry.to_numpy())
    for task in _as_written(tasks):
        if not isinstance(task.edit, AddLink):
            continue
        rows = np.sort(tree.query(shapely.LineString(task.xy), predicate="intersects"))
        crossed = barriers.iloc[rows]
        crossed = crossed.assign(called=crossed["name"].fillna(crossed["barrier_id"])).drop_duplicates(
            ["kind", "called"]
        )
        for kind, called in crossed[["kind", "called"]].itertuples(index=False):
            said = in_each_language(f"terms.barrier.{kind}", default=str(kind))
            field = edit_place(task.number, "from")
            yield warning("scenario_link_crosses", file=file, field=field, value=called, kind=said)


def _linked(
    inputs: Inputs, tasks: Sequence[_Task], barriers: gpd.GeoDataFrame, file: str
) -> tuple[Walkways, list[Problem]]:
    """Add the links, and tell of ends that lead nowhere; an end in an estate may be loose."""
    links = [task for task in tasks if isinstance(task.edit, AddLink)]
    if not links:
        return inputs.walkways, []
    wall = (barriers["kind"] == "wall").to_numpy(bool)
    walkways, joints = add_links(
        inputs.walkways,
        ends=np.stack([task.xy for task in links]),
        names=[task.edit.name for task in links if isinstance(task.edit, AddLink)],
        barriers=barriers.geometry.to_numpy()[~wall],
        walls=barriers.geometry.to_numpy()[wall],
    )
    within = shapely.STRtree(inputs.estates.geometry.to_numpy())
    problems: list[Problem] = []
    for row in sorted(range(len(links)), key=lambda row: links[row].number):
        task, loose, apart = links[row], joints.loose[row], joints.apart[row]
        if apart:
            problems.append(error("scenario_link_apart", file=file, field=edit_place(task.number, "from")))
            continue
        for key, xy in zip(np.array(["from", "to"])[loose], task.xy[loose], strict=True):
            inside = len(within.query(shapely.Point(xy), predicate="intersects")) > 0
            tell, code = (warning, "scenario_link_loose") if inside else (error, "scenario_link_nowhere")
            problems.append(tell(code, file=file, field=edit_place(task.number, str(key))))
    return walkways, problems
