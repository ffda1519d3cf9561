"""What goes into the reading comes out of it: kept, or told of as left out."""

from pathlib import Path

import pytest

from data.checking import check_project
from data.layer_accounts import LayerAccount, count_told
from data.problems import Severity, blocking
from data.reading_report import ReadingReport
from tests.spoiled import FAILING, SPOILS, copy_town, rows_in_file


def checked(folder: Path, *spoilers: str) -> ReadingReport:
    project = copy_town(folder)
    for name in spoilers:
        (SPOILS[name] if name in SPOILS else FAILING[name][0])(project)
    return check_project(project)[0]


def told(report: ReadingReport, account: LayerAccount) -> int:
    return count_told([one for one in report.problems if one.file == account.file], kind="dropped")


@pytest.mark.parametrize("spoiler", SPOILS)
def test_rows_read_are_rows_kept_and_rows_told_as_left_out(tmp_path: Path, spoiler: str) -> None:
    report = checked(tmp_path, spoiler)
    assert not any(problem.code == "rows_untold" for problem in report.problems)
    counted = [account for account in report.layers if account.read is not None]
    assert {"estates", "ledger", "facilities", "sites"} <= {account.role for account in counted}
    for account in counted:
        assert account.read == account.kept + account.dropped
        assert account.dropped == told(report, account)
        if account.role != "ledger":
            assert account.read == rows_in_file(tmp_path / account.file)


def test_every_row_of_the_ledger_is_an_estate_or_told(tmp_path: Path) -> None:
    shipped, spoiled = (checked(tmp_path / name, name) for name in ("as shipped", "a ledger with a total and remarks"))
    before, after = (next(one for one in report.layers if one.role == "ledger") for report in (shipped, spoiled))
    assert (after.kept, after.dropped) == (before.kept, before.dropped + 2)


def test_repaired_rows_are_kept(tmp_path: Path) -> None:
    report = checked(tmp_path, "estates that cross themselves")
    (estates,) = [one for one in report.layers if one.role == "estates"]
    assert (estates.read, estates.kept, estates.repaired, estates.dropped) == (120, 120, 1, 0)


@pytest.mark.parametrize("spoiler", FAILING)
def test_a_layer_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path, spoiler: str) -> None:
    _, role, code = FAILING[spoiler]
    report = checked(tmp_path, spoiler)
    assert [account.role for account in report.layers if account.failed] == [role]
    assert {problem.code for problem in blocking(report.problems)} == {code}
    others = {account.role: account.kept for account in report.layers if not account.failed}
    assert len(others) == 4
    assert all(others.values())
    assert report.crs is not None
    assert report.crs.code == "EPSG:4548"


def test_all_bad_layers_are_told_in_one_run(tmp_path: Path) -> None:
    spoilers = ("no coordinates", "wrong encoding", "unknown layer", "broken ledger")
    report = checked(tmp_path, *spoilers)
    assert {problem.code for problem in blocking(report.problems)} == {FAILING[name][2] for name in spoilers}
    assert {account.role for account in report.layers if account.failed} == {FAILING[name][1] for name in spoilers}
    (network,) = [account for account in report.layers if not account.failed]
    assert (network.role, network.kept > 1000) == ("network", True)


def test_nothing_at_all_can_be_read_and_everything_is_told(tmp_path: Path) -> None:
    spoilers = ("no coordinates", "broken estates", "broken sites", "broken ledger", "broken network")
    report = checked(tmp_path, *spoilers)
    assert len(blocking(report.problems)) == len(spoilers)
    assert all(account.failed for account in report.layers)
    assert (report.crs, report.facilities, report.network) == (None, (), None)


def test_errors_of_severity_stand_first_in_the_kinds(tmp_path: Path) -> None:
    kinds = checked(tmp_path, "broken sites").kinds()
    order = [list(Severity).index(first.severity) for first, _ in kinds]
    assert order == sorted(order)
    assert sum(count for _, count in kinds) > len(kinds)
