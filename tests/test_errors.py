import pickle

import pytest

from data import errors
from data.errors import InputError, LianpianError
from data.problems import error, note

BUILTIN = {
    "ProjectError": ValueError,
    "StandardError": ValueError,
    "ScenarioError": ValueError,
    "InputError": ValueError,
    "MissingFileError": FileNotFoundError,
    "OutputError": OSError,
}
ALL = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, LianpianError)]


@pytest.mark.parametrize("kind", ALL)
def test_every_error_of_the_tree_is_caught_as_ours(kind: type[LianpianError]) -> None:
    with pytest.raises(LianpianError, match=r"^a\.shp: The file a\.shp does not exist\. Check the path") as caught:
        raise kind(error("missing_file", file="a.shp"))
    assert caught.value.problems == (error("missing_file", file="a.shp"),)


@pytest.mark.parametrize(("name", "builtin"), BUILTIN.items())
def test_errors_are_of_the_built_in_kind_one_would_expect(name: str, builtin: type[Exception]) -> None:
    assert issubclass(getattr(errors, name), builtin)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = str(errors.__doc__)
    assert all(f"{kind.__name__}" in drawn for kind in ALL)
    assert all(issubclass(kind, InputError) for kind in ALL if f"│   ├── {kind.__name__}" in drawn)


def test_an_error_tells_all_its_problems_one_a_line_in_each_language() -> None:
    fault = InputError(error("missing_file", file="a.shp"), note("no_ways", file="b.osm.pbf"))
    assert str(fault) == fault.text("en")
    assert [line.split(":")[0] for line in fault.text("zh").splitlines()] == ["a.shp", "b.osm.pbf"]
    assert "找不到文件 a.shp" in fault.text("zh")


@pytest.mark.parametrize("kind", ALL)
def test_an_error_survives_the_way_between_processes(kind: type[LianpianError]) -> None:
    back = pickle.loads(pickle.dumps(kind(error("missing_file", file="a.shp"))))
    assert type(back) is kind
    assert str(back) == str(kind(error("missing_file", file="a.shp")))
