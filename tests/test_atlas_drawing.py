"""One sheet as it is drawn: true to scale, within its frame, its legend the counts of the plan."""

from dataclasses import replace
from functools import cache
from itertools import combinations

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from data.project_map import AtlasTable
from data.words import LANGUAGES, Language
from maps.atlas.atlas import make_case
from maps.atlas.drawing import Case, draw_sheet, layers_of, view_of
from maps.atlas.legend import Entry, entries_of
from maps.atlas.page import SETTINGS, Page
from maps.atlas.paper import PaperSize
from maps.atlas.sheets import Sheet, sheets_of
from maps.styles import styles
from tests.tiny import tiny_plan

PLAN = tiny_plan()
CASE = make_case(PLAN, "zh")
SHEETS = {sheet.number: sheet for sheet in sheets_of(CASE.rules, plan=PLAN, say=CASE.say)}
KEYS = {sheet.rule.key: sheet for sheet in reversed(SHEETS.values())}


@cache
def drawn(number: str, language: Language = "zh", paper: PaperSize = "A3") -> Page:
    project = PLAN.inputs.project.model_copy(update={"atlas": AtlasTable(paper=paper)})
    case = make_case(replace(PLAN, inputs=replace(PLAN.inputs, project=project)), language)
    with mpl.rc_context(SETTINGS):
        return draw_sheet(sheets_of(case.rules, plan=PLAN, say=case.say)[list(SHEETS).index(number)], case=case)


def map_of(page: Page) -> Axes:
    return page.figure.axes[1]


def legend(sheet: Sheet, case: Case = CASE) -> list[Entry]:
    return entries_of(layers_of(sheet, view=view_of(sheet, case=case), case=case), case.say)


def counts(key: str, service: str = "") -> dict[str, int | None]:
    sheet = next(one for one in SHEETS.values() if one.rule.key == key and one.subject.service == service)
    return {entry.text: entry.count for entry in legend(sheet) if entry.count is not None}


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_map_is_true_to_scale_and_keeps_to_its_frame(sheet: Sheet) -> None:
    page, view = drawn(sheet.number), view_of(sheet, case=CASE)
    axes = map_of(page)
    place = axes.get_position()
    wide_mm, tall_mm = place.width * page.layout.width_mm, place.height * page.layout.height_mm
    assert np.ptp(axes.get_xlim()) / wide_mm == pytest.approx(view.denominator / 1000, rel=1e-6)
    assert np.ptp(axes.get_ylim()) / tall_mm == pytest.approx(view.denominator / 1000, rel=1e-6)
    names = [child for child in axes.get_children() if isinstance(child, Text) and child.get_text()]
    others = [*axes.patches, *axes.collections, *axes.lines]
    assert all(artist.get_clip_on() for artist in [*names, *(one for one in others if one is not axes.patch)])


@pytest.mark.parametrize(("language", "paper"), [*((one, "A3") for one in LANGUAGES), ("zh", "A4"), ("zh", "A1")])
@pytest.mark.parametrize("number", SHEETS)
def test_no_text_beside_the_map_stands_upon_another(number: str, language: Language, paper: PaperSize) -> None:
    page = drawn(number, language, paper)
    renderer = FigureCanvasAgg(page.figure).get_renderer()  # type: ignore[no-untyped-call]
    boxes = [text.get_window_extent(renderer) for text in page.sheet.texts if text.get_text().strip()]
    assert all(box.x0 >= 0 and box.x1 <= page.figure.bbox.width for box in boxes)
    for one, other in combinations(boxes, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        along = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert across <= 1 or along <= 0.35 * one.height


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    page = drawn(KEYS["clusters"].number)
    view = view_of(KEYS["clusters"], case=CASE)
    north = page.layout.north
    parts = [
        patch
        for patch in page.sheet.patches
        if isinstance(patch, Rectangle)
        and north.y < patch.get_y() < north.top
        and north.x < patch.get_x() < north.right
    ]
    told = [text.get_text() for text in page.sheet.texts if text.get_text().endswith(" 米")]
    metres = float(told[0].removesuffix(" 米").replace(",", ""))
    assert sum(patch.get_width() for patch in parts) == pytest.approx(metres * 1000 / view.denominator, rel=0.01)


@pytest.mark.parametrize("service", PLAN.services["service"])
def test_the_legend_of_a_service_counts_its_states(service: str) -> None:
    row = PLAN.services.set_index("service").loc[service]
    expected = {CASE.say(f"terms.state.{state}"): row[state] for state in styles().state if row[state]}
    found = counts("gaps", service)
    assert {text: found[text] for text in expected} == expected
    assert sum(expected.values()) == len(PLAN.estates)


@pytest.mark.parametrize(
    ("key", "total"),
    [
        pytest.param("estates_by_year", len(PLAN.estates), id="years"),
        pytest.param("eligible", len(PLAN.estates), id="eligible or not"),
        pytest.param(
            "facilities", int(PLAN.facilities["service"].isin(PLAN.services["service"]).sum()), id="facilities"
        ),
        pytest.param("clusters", len(PLAN.clusters), id="clusters"),
        pytest.param("phases", len(PLAN.programme.phases), id="projects"),
    ],
)
def test_the_classes_of_a_legend_sum_to_all(key: str, total: int) -> None:
    assert sum(count or 0 for count in counts(key).values()) == total


def test_the_households_of_a_legend_are_those_of_the_estates() -> None:
    rows = [entry.households for entry in legend(KEYS["estates_by_year"]) if entry.count]
    assert sum(rows) == pytest.approx(PLAN.estates["households"].sum())


def test_years_count_their_projects_as_the_plan_does() -> None:
    years = PLAN.programme.phase_years.set_index("year")["projects"]
    found = counts("phases")
    assert {f"{year} 年": count for year, count in years.items() if count} == {
        text: count for text, count in found.items() if text != CASE.say("atlas.phase.none")
    }


def test_too_little_data_is_never_drawn_as_no_service() -> None:
    gaps = PLAN.gaps.assign(state="no_data", walk_minutes=float("nan"))
    case = make_case(replace(PLAN, gaps=gaps), "zh")
    sheet = next(one for one in SHEETS.values() if one.rule.key == "coverage")
    texts = {entry.text for entry in legend(sheet, case)}
    assert CASE.say("atlas.reach.no_data") in texts
    assert CASE.say("atlas.reach.none") not in texts


def test_a_plan_without_proposals_has_no_sheet_of_them() -> None:
    none = replace(PLAN, proposals=PLAN.proposals.iloc[:0])
    keys = [sheet.rule.key for sheet in sheets_of(CASE.rules, plan=none, say=CASE.say)]
    assert "proposals" not in keys
    assert "coverage_proposed" not in keys


def test_a_site_that_only_touches_the_frame_is_drawn_without_a_name() -> None:
    sheet = KEYS["cluster"]
    view = view_of(sheet, case=CASE)
    beside = shapely.box(view.east, view.south, view.east + 50, view.north)
    sites = gpd.GeoDataFrame(PLAN.inputs.sites.iloc[:1].assign(name="界外厂房"))
    touching = sites.set_geometry([beside], crs=sites.crs)
    plan = replace(PLAN, inputs=replace(PLAN.inputs, sites=touching))
    with mpl.rc_context(SETTINGS):
        page = draw_sheet(sheet, case=make_case(plan, "zh"))
    assert "界外厂房" not in [text.get_text() for text in map_of(page).texts]
