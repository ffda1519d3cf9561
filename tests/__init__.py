"""Tests of lianpian; shared makers stand in modules without the prefix ``test_``."""
