"""Plan the contiguous, block-level renovation of old urban housing estates.

>>> inputs = lianpian.load("project.toml")
>>> result = lianpian.plan(inputs)
>>> lianpian.write(result, "out")
"""

from lianpian.pipeline import check, load, load_osm, plan, what_if, write

__all__ = ["check", "load", "load_osm", "plan", "what_if", "write"]
__version__ = "0.1.0"
