import pandas as pd
import pytest

from data.words import LANGUAGES, Language, words
from maps.web.street_names import street_names

PAIRS = pd.DataFrame(
    {
        "street": pd.Series(["解放路", None, None, None], dtype=object),
        "street_class": pd.Series(["primary", "tertiary", "bus_guideway", None], dtype=object),
    }
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_street_without_a_name_is_called_by_its_class(language: Language) -> None:
    say = words(language)
    named, tertiary, other, none = street_names(PAIRS, say)
    assert (named, tertiary, other) == ("解放路", say("explain.way.tertiary"), say("explain.way.other"))
    assert pd.isna(none)


def test_no_pairs_have_no_streets() -> None:
    assert street_names(PAIRS.iloc[:0], words("zh")).empty
