"""Texts and figures in the reader's language."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from sodu.render import language
from sodu.values.text import Message, Text


@pytest.mark.parametrize(
    "value, decimals, english, vietnamese",
    [
        ("1234.5", 2, "1,234.50", "1.234,50"),
        ("1234567", None, "1,234,567", "1.234.567"),
        ("-0.004", 2, "0.00", "0,00"),
        ("-0.005", 2, "0.00", "0,00"),
        ("-0.006", 2, "-0.01", "-0,01"),
        ("2.5", 0, "2", "2"),
        ("3.5", 0, "4", "4"),
        ("0.000000145301", None, "0.000000145301", "0,000000145301"),
    ],
)
def test_numbers(value: str, decimals: int | None, english: str, vietnamese: str) -> None:
    assert language.number(Decimal(value), "en", decimals) == english
    assert language.number(Decimal(value), "vi", decimals) == vietnamese


def test_days_and_instants() -> None:
    assert language.day(date(2026, 10, 5), "en") == "2026-10-05"
    assert language.day(date(2026, 10, 5), "vi") == "05/10/2026"
    assert (
        language.instant(datetime(2026, 9, 30, 17, 0, 0, 1), "Asia/Ho_Chi_Minh", "vi") == "01/10/2026 00:00:00.000001"
    )


def test_messages_are_translated_as_a_whole_but_data_is_left_alone() -> None:
    inner = Message(Text("Credits topped up"))
    assert language.say(Message(Text("{what}: {name}"), {"what": inner, "name": "Credits topped up"}), "vi") == (
        "Báo cáo nạp credit: Credits topped up"
    )


def test_the_reports_have_their_names() -> None:
    names = {
        "Credits topped up": "Báo cáo nạp credit",
        "Credit usage": "Báo cáo sử dụng credit",
        "Total credit": "Báo cáo tổng hợp credit",
        "Partner discounts": "Chiết khấu của đối tác",
        "Customer discounts": "Chiết khấu của khách hàng",
        "Detailed revenue": "Bảng kê chi tiết doanh thu",
        "Total revenue by service": "Tổng hợp doanh thu theo dịch vụ",
        "Total revenue by account": "Tổng hợp doanh thu theo tài khoản",
    }
    assert {name: language.translate(name, "vi") for name in names} == names
