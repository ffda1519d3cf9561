"""The stories of the sample town: estates, communities and places that a plan must treat rightly, by name."""

from data.samples.lines import Spot

TOWN = "云渡县城"
DISTRICT = "云渡县"

# A walled compound with one gate, on the lane in front; the nearest street lies behind its back wall.
WALLED = "县酒厂家属院"
# Two estates that face each other across 府前街, 12 m wide.
FACING = ("学前街宿舍", "文庙小区")
# Two estates that face each other across the river, near in a straight line and far on foot.
ACROSS_RIVER = ("云岭小区", "渡口新村")
# An old factory that lies between two compounds and ties them together.
FACTORY = "老纺织厂厂房"
FACTORY_COMPOUNDS = ("纺织厂一村", "纺织厂二村")
# A single building far from every other estate.
ISOLATED = "气象站独栋楼"
# Built in 2012, so not eligible, in the middle of old estates.
NEW_ESTATE = "御景华庭"
# Planned for expropriation, so excluded.
EXPROPRIATED = "货场宿舍"
# Its year of completion is 不详 in the ledger.
UNKNOWN_YEAR = "状元巷小院"
# Its year of completion is a decade, 1990年代, in the ledger.
DECADE_YEAR = "二轻局宿舍"
# Its households are 约320户 in the ledger.
ROUND_HOUSEHOLDS = "安居一村"
# Its inner roads are open to residents alone.
PRIVATE_ROADS = "电力公司家属院"
# Its gate is reached by steps.
STEPS = "望江楼小区"
# A footway inside is joined to nothing.
SCRAP = "桂花小区"
# One of its two gates is locked.
LOCKED_GATE = "粮食局家属院"
# Its polygon has a hole.
HOLES = ("供销社大院", "外贸公司大院")
# Its health station nearest in a straight line lies across the railway, far on foot.
ACROSS_RAILWAY = "站前小区"
ACROSS_RAILWAY_FACILITY = "机务路社区卫生服务站"
# Its nearest health station lies 1,000 m away on foot, just at the limit.
AT_LIMIT = "学府新村"
AT_LIMIT_FACILITY = "河西街道社区卫生服务中心"
# A name that would be markup or a template if it were not escaped.
HOSTILE = '"幸福里"<b>{{7*7}}</b>'
# No elder care within 800 m, not even in a straight line.
WITHOUT_ELDER_CARE = ("丰收社区", "南园社区")
# Every place of this service is recorded without its size.
SIZE_UNKNOWN_SERVICE = "childcare"
# A place for the elderly near many estates, of no recorded size.
SIZE_UNKNOWN_FACILITY = "北门社区长者服务中心"
# The town has one place of this service on record: too few to prove anything.
THIN_SERVICE = "housekeeping"

# Where the estates of the stories stand, and in which year they were built.
SEATS: dict[str, tuple[Spot, int]] = {
    WALLED: ((1965, 1575), 1988),
    FACING[0]: ((1170, 1600), 1984),
    FACING[1]: ((1295, 1590), 1993),
    ACROSS_RIVER[0]: ((790, 2390), 1998),
    ACROSS_RIVER[1]: ((960, 2230), 1987),
    FACTORY_COMPOUNDS[0]: ((620, 980), 1979),
    FACTORY_COMPOUNDS[1]: ((860, 980), 1985),
    NEW_ESTATE: ((1090, 1450), 2012),
    EXPROPRIATED: ((1840, 330), 1978),
    UNKNOWN_YEAR: ((1030, 1740), 1982),
    DECADE_YEAR: ((1420, 1700), 1995),
    ROUND_HOUSEHOLDS: ((1950, 1800), 1999),
    PRIVATE_ROADS: ((1050, 1290), 1996),
    STEPS: ((790, 2090), 1991),
    SCRAP: ((1600, 1370), 1997),
    LOCKED_GATE: ((2180, 1300), 1990),
    HOLES[0]: ((1700, 1250), 1983),
    HOLES[1]: ((2080, 2250), 1994),
    ACROSS_RAILWAY: ((1260, 640), 1989),
    AT_LIMIT: ((330, 1780), 2000),
    HOSTILE: ((1660, 1540), 1992),
}
# The single building: its corners, drawn by hand.
ISOLATED_CORNERS: tuple[Spot, ...] = ((2822, 955), (2870, 948), (2872, 962), (2824, 969))
ISOLATED_YEAR = 1986

PARK = ("云渡公园", (2170, 1530))
