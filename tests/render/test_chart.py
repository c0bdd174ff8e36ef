"""Charts: round axes, bars that stand for their values, words for every point, and nothing that a page's policy forbids."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from sodu.render.chart import chart_page
from sodu.render.chart_scale import compact, scale_of
from sodu.render.chart_words import chart_words
from sodu.render.language import Manner, translate
from sodu.reports.catalog import BY_SLUG, REPORTS, report_of
from sodu.reports.chart import Form, Over
from sodu.reports.charted import Drawing, Series, bucket_for, drawing
from sodu.reports.conditions import parse
from sodu.reports.report import Report
from sodu.reports.revenue import COST, SALES
from sodu.reports.scope import Scope
from sodu.values.period import Period, parse as parse_period
from sodu.warehouse import sample
from sodu.warehouse.progress import silent
from tests.in_process import InProcess, in_process
from tests.reports.worked import FOLDER, NOW

OCTOBER = parse_period("2026-10", NOW.date())


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    folder = tmp_path_factory.mktemp("charted")
    with in_process(folder / "home", NOW) as loaded:
        loaded.load(FOLDER)
        loaded.load(*sample.write(folder / "sample", 2000, 1, silent, NOW.date()))
        yield loaded


def drawn(form: Form, *series: tuple[int | None, ...], before: tuple[int, ...] = ()) -> Drawing:
    made = [
        Series(column, tuple(None if value is None else Decimal(value) for value in values))
        for column, values in zip((SALES.column, COST.column), series, strict=False)
    ]
    if before:
        made.append(Series(SALES.column, tuple(Decimal(value) for value in before), is_before=True))
    points = tuple(f"2026-10-{day:02}" for day in range(1, len(series[0]) + 1))
    names = tuple(f"2026-09-{day:02}" for day in range(1, len(before) + 1))
    return Drawing(
        report_of("revenue-detail"), form, Over.TIME, "day", "VND", ("VND",), points, names, tuple(made), OCTOBER,
        Period(OCTOBER.start.replace(month=9), OCTOBER.start) if before else None,
    )  # fmt: skip


def svg_of(drawing_: Drawing, manner: Manner | None = None) -> ET.Element:
    page = chart_page(drawing_, chart_words(drawing_, manner or Manner()), "c")
    return ET.fromstring(page.plot)


def rods(svg: ET.Element) -> list[dict[str, str]]:
    return [rect.attrib for rect in svg.iter("rect") if "rod" in rect.get("class", "")]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0, 95], [0, 25, 50, 75, 100]),
        ([7], [0, 2, 4, 6, 8]),
        ([-30, 90], [-50, 0, 50, 100]),
        ([-80], [-80, -60, -40, -20, 0]),
        ([Decimal("0.003")], [Decimal(x) / 1000 for x in (0, 1, 2, 3)]),
        ([], [0]),
    ],
)
def test_axes_have_round_numbers(values: list[int], ticks: list[int]) -> None:
    assert list(scale_of([Decimal(value) for value in values]).ticks) == ticks


def test_a_little_below_zero_has_no_line_of_its_own() -> None:
    scale = scale_of([Decimal(-1), Decimal(100)])
    assert (scale.low, scale.ticks[0], scale.high) == (-1, 0, 100)


@pytest.mark.parametrize(
    ("value", "english"),
    [("1500000000", "1.5B"), ("300000", "300K"), ("2000000", "2M"), ("-1200", "−1.2K"), ("999", "999"), ("0", "0"),
     ("1000000000000", "1T"), ("0.5", "0.5"), ("20000000000", "20B")],
)  # fmt: skip
def test_numbers_in_a_few_characters(value: str, english: str) -> None:
    assert compact(Decimal(value), Manner()) == english


def test_vietnamese_has_its_own_short_numbers() -> None:
    short = compact(Decimal(1500000000), Manner(language="vi"))
    assert short in ("1,5 T", "1,5B"), "billions are T for tỷ, with a comma"
    assert translate("{number}B", "vi") != "{number}B" or short == "1,5B"


def test_bars_are_as_long_as_their_values() -> None:
    svg = svg_of(drawn(Form.BARS, (100, 50, 0, -25)))
    heights = [float(rod["height"]) for rod in rods(svg)]
    assert len(heights) == 3, "nothing is no bar"
    assert heights[1] == pytest.approx(heights[0] / 2, abs=0.11)
    assert heights[2] == pytest.approx(heights[0] / 4, abs=0.11)
    bottoms = [float(rod["y"]) + float(rod["height"]) for rod in rods(svg)]
    assert bottoms[0] == pytest.approx(bottoms[1], abs=0.11)
    assert float(rods(svg)[2]["y"]) == pytest.approx(bottoms[0], abs=0.11), "what is negative hangs from zero"


def test_stacked_bars_stand_upon_one_another() -> None:
    svg = svg_of(drawn(Form.STACKED, (60,), (40,)))
    lower, upper = rods(svg)
    assert float(upper["y"]) + float(upper["height"]) == pytest.approx(float(lower["y"]), abs=0.11)
    assert lower["x"] == upper["x"]


def test_lines_join_points_and_stop_where_nothing_is_known() -> None:
    svg = svg_of(drawn(Form.LINES, (1, 2, 3, None)))
    assert len([each for each in svg.iter("line") if each.get("class", "").startswith("line")]) == 2
    assert len(list(svg.iter("circle"))) == 3


def test_what_is_compared_is_drawn_as_before() -> None:
    svg = svg_of(drawn(Form.BARS, (10, None), before=(20, 30)))
    assert [("before" in rod["class"]) for rod in rods(svg)] == [True, False, True]
    assert len({rod["width"] for rod in rods(svg)}) == 1
    said = [each.text or "" for each in svg.iter("title")][1]
    assert said == "2026-10-01 · Sales, October 2026: 10 · Sales, September 2026 (2026-09-01): 20 VND"


@pytest.mark.parametrize("values", [(7,), (-7,), (0, 0, 5)])
def test_few_points_are_drawn(values: tuple[int, ...]) -> None:
    svg = svg_of(drawn(Form.BARS, values))
    assert len(rods(svg)) == 1
    assert len([each for each in svg.iter("g") if each.get("class") == "point"]) == len(values)


def test_nothing_is_drawn_of_nothing() -> None:
    page = chart_page(drawn(Form.BARS, (0, 0)), chart_words(drawn(Form.BARS, (0, 0)), Manner()), "c")
    assert page.is_empty


@pytest.mark.parametrize(
    ("period", "by"),
    [("2026-10-05", "day"), ("2026-10", "day"), ("2026-Q3", "week"), ("2026", "month"), ("2020-01-01..2026-12-31", "quarter")],
)  # fmt: skip
def test_points_are_as_wide_as_the_period_is_long(period: str, by: str) -> None:
    assert bucket_for(parse_period(period, NOW.date())) == by


def charted(product: InProcess, report: Report, asked: dict[str, list[str]], partner: str = "partner-01") -> Drawing:
    conditions = parse(report, {"period": ["2026-10"]} | asked, NOW.date())
    return drawing(report, conditions, Scope.partner(partner), product.warehouse(), NOW)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_every_report_has_a_chart_that_adds_up(product: InProcess, report: Report) -> None:
    made = charted(product, report, {"period": ["2026"]})
    assert made.series
    assert made.currency == max(made.currencies, key=lambda code: code == "VND")
    answer = product.report(report.chart.slug, {"period": "2026", "partner": "partner-01", "currency": made.currency})
    (total,) = [each for each in answer["totals"] if each["account_type"] == "both"]
    for series in made.series:
        assert sum(value or 0 for value in series.values) == Decimal(total[series.column.name]), series.column.name


@pytest.mark.parametrize("by", ["day", "week", "month", "quarter"])
@pytest.mark.parametrize(
    "narrow", [(), ("account_type",), ("account_id",), ("service_id",), ("account_id", "service_id")]
)
@pytest.mark.parametrize("slug", ["credit-total", "revenue-by-service", "revenue-by-account"])
def test_what_is_drawn_along_time_is_what_the_rows_sum_to(
    product: InProcess, slug: str, narrow: tuple[str, ...], by: str
) -> None:
    words = {"period": "2026-03-05..2026-11-20" if by == "day" else "2026", "currency": "VND", "partner": "partner-01"}
    some = product.report("revenue-detail", words | {"account_type": "customer", "limit": "1"})["rows"][0]
    words |= {
        name.removesuffix("_id"): some[name] for name in narrow if name.removesuffix("_id") in BY_SLUG[slug].conditions
    }
    asked = {name: [value] for name, value in words.items() if name != "partner"}
    made = charted(product, BY_SLUG[slug], asked | {"by": [by]})
    rows = product.report(slug, words | {"by": by})["rows"]
    assert rows
    for series in made.series:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows:
            sums[row[by]] += Decimal(row[series.column.name])
        points = dict(zip(made.points, series.values, strict=True))
        assert {name: value for name, value in points.items() if value} == {
            n: value for n, value in sums.items() if value
        }


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_charts_hold_no_style_and_no_script(product: InProcess, report: Report, language: str) -> None:
    asked = {"period": ["2026"]} | ({"compare": ["previous"]} if "compare" in report.conditions else {})
    made = charted(product, report, asked)
    page = chart_page(made, chart_words(made, Manner(language=language)), "c")
    svg = ET.fromstring(page.plot)
    assert svg.get("role") == "img"
    labels = {each.get("id") for each in svg.iter() if each.get("id")}
    assert set((svg.get("aria-labelledby") or "").split()) == labels
    assert not re.search(r"<script|<style|style=|\son[a-z]+=|href", page.plot + page.scale)
    assert len(page.words.lines) == len(made.points)


def test_a_chart_is_of_the_kinds_asked_for(product: InProcess) -> None:
    made = charted(product, report_of("credit-topped-up"), {"kind": ["transfer_in"], "currency": ["VND"]}, "P")
    assert [series.column.name for series in made.series] == ["transferred_in"]
    assert sum(value or 0 for value in made.series[0].values) == 3200


def test_days_that_are_still_to_come_have_no_figure(product: InProcess) -> None:
    made = charted(product, report_of("revenue-detail"), {"period": ["2026-11"]})
    known = [value is not None for value in made.series[0].values]
    assert known == [True] * NOW.day + [False] * (30 - NOW.day)


def test_accounts_of_one_name_are_two(product: InProcess) -> None:
    made = charted(product, report_of("revenue-by-account"), {"period": ["2026"]})
    answer = product.report(
        "revenue-by-account", {"period": "2026", "partner": "partner-01", "currency": made.currency}
    )
    sold = [row for row in answer["rows"] if Decimal(row["sales"])]
    assert len(made.points) == min(len(sold), 9)


def test_long_names_are_cut_where_the_page_is_narrow() -> None:
    made = drawn(Form.BARS, (5,))
    long = Drawing(**{**vars(made), "over": Over.ENTITY, "points": ("Công ty Cổ phần " * 3,)})
    names = [each.text or "" for each in svg_of(long).iter("text") if "name" in each.get("class", "")]
    assert [len(name) for name in names] == [48, 32]


def test_names_cannot_write_markup() -> None:
    made = drawn(Form.BARS, (5,))
    hostile = Drawing(**{**vars(made), "over": Over.ENTITY, "points": ('<b onload="x">&',)})
    page = chart_page(hostile, chart_words(hostile, Manner()), "c")
    assert "<b" not in page.plot
    assert ET.fromstring(page.plot) is not None
