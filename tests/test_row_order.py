"""Another order of the rows of every input gives the same inputs and the same outputs."""

import dataclasses
import random
from itertools import groupby
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

import lianpian
from data.inputs import Inputs
from data.samples.generate import Town, build, write
from tests.quick import WITHOUT

LAYERS = {"estates": "estate_id", "facilities": "facility_id", "sites": "site_id"}


def shuffled(town: Town, seed: int) -> Town:
    """Return the town with its rows in another order; the ledger keeps the estates of a subdistrict together."""
    draw = random.Random(seed)
    blocks = [list(group) for _, group in groupby(town.estates, key=lambda estate: estate.subdistrict)]
    draw.shuffle(blocks)
    estates = [estate for block in blocks for estate in draw.sample(block, len(block))]
    places, sites = draw.sample(town.places, len(town.places)), draw.sample(town.sites, len(town.sites))
    return dataclasses.replace(town, estates=tuple(estates), places=tuple(places), sites=tuple(sites))


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    town = build()
    folders = tuple(tmp_path_factory.mktemp(name) for name in ("given", "shuffled"))
    for folder, one in zip(folders, (town, shuffled(town, 7)), strict=True):
        write(one, folder)
    return folders[0], folders[1]


@pytest.fixture(scope="module")
def inputs(towns: tuple[Path, Path]) -> tuple[Inputs, Inputs]:
    return lianpian.load(towns[0] / "project.toml"), lianpian.load(towns[1] / "project.toml")


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_hold_the_same_rows(inputs: tuple[Inputs, Inputs], layer: str) -> None:
    one, other = (
        getattr(side, layer).sort_values([LAYERS[layer], *(["service"] if layer == "facilities" else [])])
        for side in inputs
    )
    pd.testing.assert_frame_equal(one.drop(columns="geometry").reset_index(drop=True),
                                  other.drop(columns="geometry").reset_index(drop=True))  # fmt: skip
    assert (one.geometry.to_wkb().to_numpy() == other.geometry.to_wkb().to_numpy()).all()


def test_problems_are_the_same_but_for_the_numbers_of_rows(inputs: tuple[Inputs, Inputs]) -> None:
    one, other = (sorted((problem.code, problem.file, problem.field) for problem in side.problems) for side in inputs)
    assert one == other


def test_outputs_are_the_same(inputs: tuple[Inputs, Inputs], tmp_path: Path) -> None:
    for side, name in zip(inputs, "ab", strict=True):
        lianpian.write(lianpian.plan(side), tmp_path / name, without=WITHOUT)
    a, b = tmp_path / "a", tmp_path / "b"
    assert (a / "tables.xlsx").read_bytes() == (b / "tables.xlsx").read_bytes()
    assert (a / "map.html").read_bytes() == (b / "map.html").read_bytes()
    for layer in pyogrio.list_layers(a / "plan.gpkg")[:, 0]:
        one, other = (pd.DataFrame(gpd.read_file(side / "plan.gpkg", layer=layer)) for side in (a, b))
        pd.testing.assert_frame_equal(one, other)
