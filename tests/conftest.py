"""Settings of the whole suite."""

from hypothesis import settings

# The same examples on every machine, however slow: a red run can be run again.
settings.register_profile("lianpian", deadline=None, derandomize=True)
settings.load_profile("lianpian")
