"""Whether a property company looks after an estate, in the words of ledgers."""

import geopandas as gpd
import pytest

from data.management import read_management


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        pytest.param("安居物业服务有限公司", "yes", id="the name of a company"),
        pytest.param("有", "yes", id="yes"),
        pytest.param("专业物业", "yes", id="a professional one"),
        pytest.param("无物业", "no", id="none"),
        pytest.param("无", "no", id="no"),
        pytest.param("失管", "no", id="given up"),
        pytest.param("社区代管", "no", id="by the community"),
        pytest.param("业主自治管理", "no", id="by the residents"),
        pytest.param("不详", None, id="unknown"),
        pytest.param(None, None, id="nothing written"),
    ],
)
def test_words_tell_whether_there_is_a_company(text: str | None, answer: str | None) -> None:
    estates = gpd.GeoDataFrame({"managed": [text]}, geometry=[None])
    assert read_management(estates)["managed"].tolist() == [answer]
