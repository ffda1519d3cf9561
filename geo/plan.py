"""What the working stage hands on: every figure that any output shows."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.inputs import Inputs
from data.problems import Problem
from geo.phasing.programme import Programme
from geo.walking.walks import Sweeps


@dataclass(frozen=True)
class Plan:
    """Hold the results; a figure that appears in two outputs comes from one column of one frame of these.

    Every geometry is in ``inputs.crs``, in metres; rows are in the order of their identifiers.

    Parameters
    ----------
    inputs : Inputs
        What the plan was worked out from.
    estates : GeoDataFrame
        The estates as read, with households, people and floor area filled in where they had to be estimated, and
        ``label`` (str: the name, or a stand-in), ``number`` (int: by which maps call it, from 1),
        ``estimated`` (bool), ``estimate_method`` (str: ``surveyed``, ``levels``,
        ``default_levels``, ``floor_area``, ``household_size``, ``plot_ratio``, ``assumed_outline``),
        ``eligible`` (bool), ``eligibility``
        (str: why or why not), ``eligibility_by_standard`` (str: the class before the planner's decisions),
        ``eligibility_note`` (str: the planner's reason, or the layer that excludes it), ``missing`` (str: what has to
        be surveyed, keys joined by ``;``), ``package_id`` (str, missing when in none), ``cluster_id``
        (str, missing when in none), ``reason`` (str: why it stands alone, missing when in a cluster), ``gap_count``,
        ``borderline_count``, ``size_unknown_count``, ``no_data_count``, ``met_count`` (int: services in that state),
        ``gap_count_proposed`` (int: gaps with the proposals built, see ``prospects``),
        ``resources_m2`` (float: area of the sites it borders on),
        ``access_kind`` (str: ``gate``, ``crossing``, ``assumed`` or ``none``), ``near_rim`` (bool: what it reaches
        within the longest assessed limit may lie beyond the data).
    facilities : GeoDataFrame
        The facilities as read, with ``access_kind`` (``entrance``, ``gate``, ``crossing``, ``assumed``, ``none``) and
        ``people_within`` (float: people whose walk stays within the limit of the service).
    gaps : DataFrame
        One row per estate and assessed service: ``estate_id``, ``service``, ``category``, ``state`` (``met``,
        ``borderline``,
        ``gap``, ``size_unknown``, ``no_data``), ``walk_minutes``, ``walk_m`` (float, NaN when unreachable),
        ``facility_id``,
        ``facility_name`` (str, missing when unreachable), ``metric``, ``measured``, ``threshold``, ``shortfall``,
        ``unit``
        (of the threshold that decided the state), ``clause``, ``confidence``.
    nearest : DataFrame
        The nearest facilities of each service that has any, assessed or not: ``estate_id``, ``service``, ``rank`` (int,
        1 the nearest), ``walk_minutes``, ``walk_m`` (of the nearest the metres walked, of further ones the metres on
        the level that take as long), ``facility_id``. Further ones are listed up to half an hour away.
    services : DataFrame
        One row per assessed service: ``service``, ``category``, ``facilities`` (int), ``expected`` (float: how many
        places the population would let one expect), ``thin`` (bool: the layer is everywhere too thin for absence to
        prove anything), ``met``, ``borderline``, ``gap``, ``size_unknown``, ``no_data`` (int: estates in that state),
        ``people_within`` (float), ``people_share`` (float, 0..1: people whose walk stays within the limit, out of those
        where the layer is not thin), ``limit_minutes`` (float).
    coverage : DataFrame
        One row per unit, assessed service and 5, 10 or 15 minutes: ``scale`` (``whole``, ``district``, ``subdistrict``,
        ``community``, ``cluster``), ``unit`` (str, missing of the whole and of the estates of none), ``service``,
        ``category``, ``minutes``, ``all_estates`` (int), and of ``estates``, ``households``, ``people``, ``elderly``,
        ``children``, ``infants`` those that are judged (connected, and the layer not too thin), ``<name>_within`` that
        time and ``<name>_share`` (float, 0..1); ``elderly_known``, ``children_known``, ``infants_known`` (int: judged
        estates that have them recorded), ``people_share_proposed`` (float: the share of people
        with the proposals built, NaN where there are none), ``estimated`` (bool: some households or people are).
    sharing : DataFrame
        One row per unit, assessed service and threshold of a ratio: ``scale`` (``whole``, ``subdistrict``,
        ``cluster``), ``unit`` (str, missing of the whole), ``service``, ``category``, ``metric``, ``estates``,
        ``lacking`` (int: its estates that fall short by this figure singly), ``measured``, ``threshold``, ``shortfall``
        (float, in ``metric_unit``), ``metric_unit``, ``state``, ``shared`` (bool: a cluster that has enough together,
        though some of its estates fall short singly), ``short_amount`` (float: the shortfall in ``amount_unit``),
        ``amount_unit`` (``m2``, ``places``, ``beds``), ``clause``, ``confidence``, ``estimated`` (bool).
    equity : DataFrame
        How evenly each assessed service is spread, for the whole and by subdistrict: ``scale``, ``unit`` (str),
        ``of`` (``households`` or ``elderly``), ``service``, ``category``, ``measure`` (``walk_minutes`` to the nearest,
        or ``per_1000``: see ``opportunities``), ``estates``, ``left_out`` (int: off the network, out of reach, or in
        too thin a layer), ``weight`` (float: households or elderly), ``mean``, ``gini`` (float, 0..1),
        ``gini_before`` (float, NaN without a scenario), ``gini_proposed``, ``mean_proposed`` (float: with the proposals
        built, NaN where there are none, and of capacity), ``lorenz_10`` ... ``lorenz_90`` (float, 0..1: what the tenth,
        ... with the least have of all), ``estimated`` (bool).
    priorities : DataFrame
        One row per estate, the most in need first: ``estate_id``, ``rank`` (float, NaN when not eligible), ``score``
        (float, 0..1), its parts ``gaps``, ``basic``, ``safety``, ``people``, ``age``, ``willingness`` (float, 0..1, NaN
        where not known), ``known_weight`` (float, 0..1: weight of the parts that are known), and the rank with walking
        a tenth ``rank_slower`` and ``rank_faster``, with the last year of completion five years ``rank_earlier`` and
        ``rank_later``; ``estimated`` (bool). Empty where the standard does not say how need is scored.
    priority_tests : DataFrame
        One row per such test: ``test``, ``estates`` (int: ranked in both), ``entering``, ``leaving`` (int),
        ``spearman`` (float: rank correlation), ``largest_move`` (float: ranks), ``moved`` (int: estates).
    completeness : DataFrame
        One row per district and assessed service, the whole first: ``unit`` (str, missing of the whole), ``unit_kind``
        (``district``, ``subdistrict`` or ``whole``), ``service``, ``category``, ``estates`` (int), ``people`` (float),
        ``facilities`` (int: nearest to its estates), ``expected`` (float: places its population would let one expect at
        the least), ``found_share`` (float: the former by the latter), ``others_share`` (float: median of that over the
        other services), ``thin`` (bool), ``reason`` (``enough``, ``too_few``, ``none_found``, ``as_the_whole``: too few
        people to tell, ``set_complete``, ``set_incomplete``: by the project), ``walk_km_per_km2`` (float: mapped ways
        near its estates), ``assumed_share`` (float, 0..1: estates whose access is assumed).
    clusters : GeoDataFrame
        One row per proposed cluster: ``cluster_id``, ``name`` (str), ``estates`` (int), ``households``, ``people``,
        ``floor_area_m2``, ``diameter_minutes`` (float), ``subdistricts`` (str), ``estimated`` (bool), ``gap_count``
        (int:
        services the cluster as a whole lacks), ``gaps`` (str: their keys joined by ``;``), ``fixed`` (bool: given by
        the planner), ``proof`` (str: ``fixed``, ``whole``, ``exact`` or ``searched``, see
        :class:`geo.contiguity.clusters.Part`), ``geometry`` (MultiPolygon).
    cluster_parts : DataFrame
        One row per connected part of the estates that could make a cluster: ``part`` (int), ``estates`` (int), ``size``
        (float), ``unit`` (str: what the band counts), ``bound``, ``clusters`` (int), ``proof`` (str).
    moves : DataFrame
        One row per estate whose cluster is another one than in the earlier result that the settings name:
        ``estate_id``, ``label``, ``cluster_before``, ``cluster_after`` (str, missing when in none).
    memberships : DataFrame
        One row per estate that is in a cluster or could have been: ``estate_id``, ``cluster_id`` (str, missing when in
        none), ``neighbours`` (int) and ``facing_m`` (float) of those in the same cluster, ``streets`` (str: what lies
        between, joined by ``;``), ``band_without``, ``band_with`` (float: size of the cluster without and with it),
        ``unit`` (str: what the band counts), ``shared_gaps`` (str: services that others of the cluster lack, too),
        ``alternative_id`` (str: the other cluster it faces longest, missing when there is none),
        ``alternative_facing_m`` (float), ``alternative_why`` (str: why it is not in that one).
    pooled : DataFrame
        One row per cluster and assessed service with a size threshold: ``cluster_id``, ``service``, ``metric``,
        ``measured``,
        ``threshold``, ``shortfall``, ``unit``, ``state``, ``clause``, ``confidence``.
    adjacency : GeoDataFrame
        One row per pair of neighbours: ``estate_a``, ``estate_b``, ``kind`` (``shared_boundary``, ``street``,
        ``open_ground``, ``crossing``: a way leads over the barrier between, ``site``), ``street`` (str: name of the
        street or of the way over the barrier, missing without one), ``street_class`` (str: its class), ``site_id``
        (str, two joined by ``;`` where sites that border on each other tie them), ``width_m``, ``facing_m`` (float),
        ``geometry`` (LineString between them).
    join_curve : DataFrame
        One row per width of the street across which estates may face each other: ``width_m`` (float), ``in_use`` (bool:
        the width the clusters were made with), ``pairs`` (int: neighbours that may share a cluster), ``estates`` (int),
        ``people`` (float: of the estates in components of neighbours whose people reach the floor), ``people_share``
        (float, 0..1: of the people of eligible estates).
    access_points : GeoDataFrame
        One row per place where an estate or facility meets the network: ``owner`` (``estate``, ``facility``),
        ``owner_id``, ``kind`` (``gate``, ``entrance``, ``crossing``, ``assumed``), ``edge`` (row of ``network``),
        ``position_mm``, ``connector_mm`` (int), ``resolved`` (str: how), ``gate_id`` (str, missing unless a gate),
        ``start_x``, ``start_y`` (float: where the connector begins), ``inside_m`` (float: mean distance of the homes
        from there, NaN where no home is known), ``geometry`` (Point on the network).
    network : GeoDataFrame
        The walkways, one row per piece, with ``component`` (int, 0 the largest) and ``used`` (bool: in a component that
        access points may use).
    components : DataFrame
        One row per component of the network: ``component``, ``edges`` (int), ``length_m`` (float), ``used`` (bool),
        ``street`` (str: its longest named street, missing when none has a name), ``lon``, ``lat`` (float: middle).
    walks : GeoDataFrame
        One row per estate and service that reaches a facility: ``estate_id``, ``service``, ``facility_id``,
        ``profile`` (str), ``gate``, ``entrance`` (int: rows of ``access_points``, -1 when the facility lies in the
        estate), ``inside_m`` (float: homes to gate, NaN where no home is known), ``from_m``, ``street_m``, ``to_m``
        (float: connector, streets, connector), ``walk_m``, ``walk_minutes`` (float), ``assumed`` (str: which ends are
        assumed, ``gate``, ``entrance``, ``gate;entrance`` or empty), ``geometry`` (LineString from the gate to the
        facility, missing when it lies in the estate).
    walk_steps : DataFrame
        One row per stretch of one street of such a walk: ``estate_id``, ``service``, ``step`` (int, from 1), ``street``
        (str, may be missing), ``highway`` (str), ``steps`` (bool), ``length_m``, ``minutes`` (float).
    walk_edges : DataFrame
        One row per piece of the network on such a walk: ``walk`` (row of ``walks``), ``edge`` (row of ``network``),
        ``from_mm``, ``to_mm`` (int; backwards when the first is greater).
    opportunities : DataFrame
        One row per estate and service that has any facility: ``estate_id``, ``service``, ``within_5``, ``within_10``,
        ``within_15`` (int: facilities within that many minutes), ``per_1000`` (float: capacity for 1,000 people by the
        enhanced two-step floating catchment area method, NaN without capacities).
    isochrones : GeoDataFrame
        Nested polygons: ``owner`` (``estate``, ``facility``, ``cluster``), ``owner_id``, ``minutes``, ``geometry``.
    openings : GeoDataFrame
        Openings worth making, best first: ``opening_id``, ``kind`` (``gate``: a new one, ``passage`` between two
        estates, ``reopen``: a gate that is shut now), ``estate_id``, ``other_id`` (str, the other side of a passage),
        ``person_minutes`` (float: saved on one walk to each service), ``gaps_closed`` (int: walks that come within the
        limit), ``services`` (str: those that come nearer), ``closes`` (str: the gaps that close, as
        ``estate@service`` joined by ``;``), ``gate_id`` (str, of a gate that is shut now), ``geometry`` (Point).
    changes : DataFrame
        What a scenario changes: ``estate_id``, ``service``, ``minutes_before``, ``minutes_after``,
        ``facility_before``, ``facility_after``, ``state_before``, ``state_after``; empty without a scenario.
    scenario : str
        Name of the scenario, empty without one.
    summary : DataFrame
        One row per figure of the run: ``figure`` (str key), ``value`` (float), ``text`` (str, for figures that are
        words).
    problems : tuple of Problem
        Everything found, while reading and while working out.
    funded : DataFrame
        Contents that were renovated before, one row per estate and item: ``estate_id``, ``item`` (str, missing where
        nobody told which), ``category``, ``how`` (``funded`` with central subsidies, ``maybe_funded``, ``done``).
    packages : GeoDataFrame
        Bundles of estates for one property company each, empty where the standard asks for none: ``package_id``,
        ``subdistrict`` (str, missing where none is known), ``estates``, ``clusters`` (int), ``cluster_ids`` (str,
        joined by ``;``), ``households``, ``people``, ``floor_area_m2``, ``estimated_area_m2`` (float: the part of it
        that is estimated), ``estimated`` (bool), ``unknown_area`` (int: estates whose floor area nobody knows),
        ``elsewhere`` (int: estates of other subdistricts that came with a cluster), ``threshold``, ``shortfall``
        (float, 0 when reached), ``unit``, ``clause``, ``confidence``, ``geometry`` (MultiPolygon).
    inventory : DataFrame
        One row per estate and item that is counted in the estate: ``estate_id``, ``category``, ``item``, ``state``
        (``yes``, ``partial``, ``no``, ``not_applicable``, ``unknown``: nobody surveyed it), ``source`` (str: the file,
        missing where unknown), ``wording`` (str: words of the document), ``clause``.
    inventory_counts : DataFrame
        One row per estate and category of items: ``estate_id``, ``category``, ``items``, ``yes``, ``partial``, ``no``,
        ``not_applicable``, ``unknown`` (int), ``yes_share`` (float, 0..1: of those known to apply), ``unknown_share``
        (float, 0..1: of all), ``clause``.
    inventory_shares : DataFrame
        One row per unit and item, the whole first: ``scale`` (``whole``, ``subdistrict``, ``cluster``), ``unit`` (str,
        missing of the whole and of estates without a subdistrict), ``category``, ``item``, ``estates``, ``yes``,
        ``partial``, ``no``, ``not_applicable``, ``unknown`` (int: estates), ``yes_share``, ``partial_share``,
        ``no_share`` (float, 0..1: of estates known to need it), ``unknown_share`` (of all), ``households`` and
        ``<state>_households`` (float), ``yes_households_share``, ``unknown_households_share``, ``estimated`` (bool),
        ``clause``.
    candidates : DataFrame
        One row per site and service that a site is looked for: columns of
        :func:`geo.siting.candidates.judge_sites`.
    proposals : GeoDataFrame
        What could be built where, the one that serves most people first: ``proposal_id``, ``service``, ``site_id``,
        ``site_name``, ``site_kind``, ``owner`` (str), ``from_map`` (bool: nobody told that the site can be had),
        ``together`` (bool: the site takes several services), ``people_served`` (float), ``estates_served``,
        ``gaps_closed`` (int), ``floor_area_m2`` (float; open ground where ``outdoor``), ``cost_yuan`` (float, NaN
        without a price), ``minutes_before``, ``minutes_after`` (float: means over the people served, the former over
        those that reach one now), ``unreached_before`` (int: estates that reach none now), ``next_site_id`` (str: the
        site that would serve most of these people otherwise), ``next_people`` (float), ``estimated`` (bool),
        ``geometry`` (Point).
    proposal_served : DataFrame
        One row per proposal and estate that it serves: ``proposal_id``, ``estate_id``, ``service``,
        ``people_lacking``, ``people_served``, ``minutes_before``, ``minutes_after`` (float), ``closes`` (bool: nobody
        of the estate lacks it any more).
    prospects : DataFrame
        One row per row of ``gaps``, how it would be with the proposals built: ``estate_id``, ``service``, ``state``,
        ``state_proposed`` (``met`` where the proposals have room for all who lack it, as now elsewhere),
        ``walk_minutes``, ``walk_minutes_proposed`` (float: of those for whom there is room), ``proposal_id`` (str: the
        one that serves most of the estate, missing where none does).
    siting_figures : DataFrame
        One row per service, and one of all without a service: ``service``, ``gaps`` (int), ``people_lacking``,
        ``people_in_reach``, ``people_served`` (float), ``gaps_closed``, ``facilities`` (int), ``bound`` (float: people
        that any choice serves at most), ``gap_share`` (float, 0..1: how far from that), ``left_to_openings`` (int: gaps
        that are not counted here, because an opening closes them).
    alternatives : DataFrame
        What closes gaps without building, the cheapest kind first: ``alternative_id``, ``kind`` (``gate``,
        ``passage``, ``reopen``: of ``openings``; ``share_facility``: a cluster has enough together;
        ``share_parking``: a car park has spaces free at night), ``service``, ``estate_id``, ``cluster_id``,
        ``means_id`` (str: the opening, or the car park), ``people`` (float), ``gaps_closed`` (int), ``minutes``,
        ``amount`` (float: the pooled figure, or the spaces), ``amount_unit``.
    programme : Programme
        Costs, sources, projects, years and balances.
    amounts : DataFrame
        One row per unit: parking, lifts and green space, the whole first, then subdistricts, clusters and estates;
        columns as of :func:`geo.judgement.amounts.sum_amounts`.
    sweeps : Sweeps, optional
        What the walks were found with, so that a scenario mends them; in no output.
    """

    inputs: Inputs
    estates: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    gaps: pd.DataFrame
    nearest: pd.DataFrame
    services: pd.DataFrame
    coverage: pd.DataFrame
    sharing: pd.DataFrame
    equity: pd.DataFrame
    priorities: pd.DataFrame
    priority_tests: pd.DataFrame
    completeness: pd.DataFrame
    clusters: gpd.GeoDataFrame
    cluster_parts: pd.DataFrame
    moves: pd.DataFrame
    memberships: pd.DataFrame
    pooled: pd.DataFrame
    adjacency: gpd.GeoDataFrame
    join_curve: pd.DataFrame
    access_points: gpd.GeoDataFrame
    network: gpd.GeoDataFrame
    components: pd.DataFrame
    walks: gpd.GeoDataFrame
    walk_steps: pd.DataFrame
    walk_edges: pd.DataFrame
    opportunities: pd.DataFrame
    isochrones: gpd.GeoDataFrame
    openings: gpd.GeoDataFrame
    changes: pd.DataFrame
    scenario: str
    summary: pd.DataFrame
    problems: tuple[Problem, ...]
    funded: pd.DataFrame
    packages: gpd.GeoDataFrame
    inventory: pd.DataFrame
    inventory_counts: pd.DataFrame
    inventory_shares: pd.DataFrame
    candidates: pd.DataFrame
    proposals: gpd.GeoDataFrame
    proposal_served: pd.DataFrame
    prospects: pd.DataFrame
    siting_figures: pd.DataFrame
    alternatives: pd.DataFrame
    programme: Programme
    amounts: pd.DataFrame
    sweeps: Sweeps | None = None
