"""Quantiles against the worked example, a plain second version, and by their properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.quantiles import quantile_of
from tests.oracles import tables as oracle
from tests.worked import column, example, upstream


@pytest.mark.parametrize("quantiles", [5, 10])
@pytest.mark.parametrize("invert", ["TRUE", "FALSE"])
def test_quantiles_equal_the_worked_example(quantiles, invert):
    rows = [r for r in example("quantiles") if r["nq"] == str(quantiles) and r["invert"] == invert]
    _, groups = np.unique([r["group"] for r in rows], return_inverse=True)

    found = quantile_of(column(rows, "value"), quantiles=quantiles, highest_first=invert == "TRUE", groups=groups)

    assert len(rows) > 100
    np.testing.assert_array_equal(found, column(rows, "quantile"))


@pytest.mark.parametrize(
    ("name", "quantiles", "polarities", "highest_first", "grouping"),
    [
        ("Decile", 10, {"RAG - Low is good", "True"}, True, ("IndSexRef", "ParentCode")),
        ("Decile", 10, {"RAG - High is good", "False"}, False, ("IndSexRef", "ParentCode")),
        ("Septile", 7, {"RAG - High is good"}, False, ("IndSexRef",)),
        ("Quartile", 4, {"RAG - Low is good", "RAG - High is good", "True", "False"}, True, ()),
    ],
)
def test_upstream_tables(mirror, name, quantiles, polarities, highest_first, grouping):
    rows = [r for r in upstream(mirror, "testdata_Quantiles__testdata_Quantiles") if r["QuantileNm"] == name]
    rows = [r for r in rows if r["Polarity"] in polarities and r["Test"] != "BadPolarity"]
    _, groups = np.unique(["".join(r[key] for key in grouping) for r in rows], return_inverse=True)

    found = quantile_of(column(rows, "Value"), quantiles=quantiles, highest_first=highest_first, groups=groups)

    assert len(rows) > 100
    np.testing.assert_array_equal(found, column(rows, "QuantileInGrp"))


@given(st.lists(st.none() | st.integers(-4, 12), min_size=1, max_size=40), st.integers(2, 10), st.booleans())
def test_quantiles_equal_those_counted_one_by_one(values, quantiles, highest_first):
    found = quantile_of([np.nan if v is None else v for v in values], quantiles=quantiles, highest_first=highest_first)

    expected = [np.nan if q is None else q for q in oracle.quantiles(values, quantiles, highest_first)]
    np.testing.assert_array_equal(found, expected)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=60), st.randoms())
def test_groups_do_not_know_each_other_and_order_does_not_matter(rows, random):
    groups, values = np.array(rows).T
    order = random.sample(range(len(rows)), len(rows))

    found = quantile_of(values, quantiles=3, groups=groups)

    np.testing.assert_array_equal(quantile_of(values[order], quantiles=3, groups=groups[order]), found[order])
    for group in set(groups.tolist()):
        np.testing.assert_array_equal(quantile_of(values[groups == group], quantiles=3), found[groups == group])


def test_ten_values_make_ten_tenths_and_nine_make_none():
    np.testing.assert_array_equal(quantile_of(np.arange(10)), np.arange(10, 0, -1))
    np.testing.assert_array_equal(quantile_of(np.arange(10), highest_first=False), np.arange(1, 11))
    assert np.isnan(quantile_of(np.arange(9))).all()


def test_equal_values_share_the_quantile_of_the_first_of_them():
    np.testing.assert_array_equal(quantile_of([5.0, 3.0, 3.0, 1.0], quantiles=2), [1, 1, 1, 2])
    np.testing.assert_array_equal(quantile_of([5.0, 3.0, 3.0, 1.0], quantiles=4), [1, 2, 2, 4])


def test_missing_values_have_no_quantile_and_do_not_count():
    np.testing.assert_array_equal(quantile_of([np.nan, 2.0, 1.0, np.nan], quantiles=2), [np.nan, 1, 2, np.nan])
    assert np.isnan(quantile_of([np.nan, np.nan])).all()
    assert quantile_of([]).shape == (0,)


@pytest.mark.parametrize(
    ("values", "quantiles", "groups", "words"),
    [([1.0, 2.0], 1, None, "1 quantiles were asked for"), ([1.0, 2.0], 2, [0], "groups"), ([[1.0, 2.0]], 2, None, "of one length")],
)
def test_what_means_nothing_is_refused(values, quantiles, groups, words):
    with pytest.raises(StatisticsError, match=words):
        quantile_of(values, quantiles=quantiles, groups=groups)
