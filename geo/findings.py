"""What the stages hand to each other while a plan is worked out."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.access.connection import Connection
from geo.contiguity.proposal import Proposal
from geo.contiguity.units import Wishes
from geo.judgement.gaps import Question
from geo.walking.reaching import Reaching
from geo.walking.walk_tables import WalkTables
from geo.walking.walks import Sweeps, Walks


@dataclass(frozen=True)
class Walked:
    """Hold the walks of the town, what they were found with, their stretches, and what is reached."""

    walks: Walks
    sweeps: Sweeps
    tables: WalkTables
    reached: Reaching


@dataclass(frozen=True)
class Found:
    """Hold what was found of each estate: access, walks, questions and gaps, and the neighbours with their curve."""

    access: Connection
    walked: Walked
    questions: tuple[Question, ...]
    completeness: pd.DataFrame
    facilities: gpd.GeoDataFrame
    gaps: pd.DataFrame
    adjacency: gpd.GeoDataFrame
    curve: pd.DataFrame


@dataclass(frozen=True)
class Grouped:
    """Hold the clusters and packages, what was wished for, and the estates with theirs."""

    wishes: Wishes
    proposal: Proposal
    estates: gpd.GeoDataFrame
    clusters: gpd.GeoDataFrame
    pooled: pd.DataFrame
    packages: gpd.GeoDataFrame
