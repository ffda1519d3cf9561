import pytest

from maps.web.detail import detail_for


@pytest.mark.parametrize(
    ("estates", "name"),
    [(0, "full"), (2_000, "full"), (2_001, "large"), (10_001, "huge"), (9_999_999, "huge")],
    ids=["none", "small", "large", "huge", "beyond"],
)
def test_larger_towns_carry_less(estates: int, name: str) -> None:
    assert detail_for(estates).name == name


def test_every_walk_to_a_gap_is_carried_at_every_size() -> None:
    for estates in (1, 5_000, 20_000):
        assert "gap" in detail_for(estates).walk_states
