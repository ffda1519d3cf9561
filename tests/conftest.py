"""Settings of the whole suite."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.browser import CHROMIUM, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The same examples on every machine, however slow: a red run can be run again.
settings.register_profile("lianpian", deadline=None, derandomize=True)
settings.load_profile("lianpian")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Give a browser, or skip where there is none."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on the path")
    with chromium() as started:
        yield started
