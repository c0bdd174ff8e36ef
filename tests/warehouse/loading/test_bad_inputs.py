"""Bad inputs: each is refused with its file, row, column and code, and changes nothing."""

from collections.abc import Callable

import pytest

from tests.warehouse.loading.rows import (
    ACCOUNT,
    CHARGE,
    CHARGES,
    DISCOUNT,
    ENTRY,
    GOOD,
    IN,
    LINE,
    OUT,
    bomb,
    charges,
    csv_of,
    entries,
    value,
)

BAD = [
    # The file as a whole.
    charges("nothing", b"", None, None, "empty_file"),
    charges("a mark alone", b"\xef\xbb\xbf", 1, None, "empty_file"),
    charges("semicolons", GOOD.replace(",", ";"), 1, CHARGES.replace(",", ";"), "delimiter"),
    charges("tabs", GOOD.replace(",", "\t"), 1, CHARGES.replace(",", "\t"), "delimiter"),
    charges(
        "unknown column",
        GOOD.replace("currency", "currency,colour", 1).replace("VND", "VND,red"),
        1,
        "colour",
        "unknown_column",
    ),
    charges(
        "column twice",
        GOOD.replace("currency", "currency,currency", 1).replace("VND", "VND,VND"),
        1,
        "currency",
        "duplicate_column",
    ),
    charges("missing column", GOOD.replace(",currency", "").replace(",VND", ""), 1, "currency", "missing_column"),
    charges("name in upper case", GOOD.replace("currency", "Currency", 1), 1, "Currency", "unknown_column"),
    charges("no header", f"{LINE}\n{LINE}\n", 1, "k1", "unknown_column"),
    charges("short row", f"{GOOD}k2,C2\n", 3, None, "ragged"),
    charges("long row", f"{GOOD}{LINE},more\n", 3, None, "ragged"),
    charges("comma at the end", f"{GOOD}{LINE.replace('k1', 'k2')},\n", 3, None, "ragged"),
    charges("trailer", f"{GOOD}TOTAL 80.5\n", 3, None, "ragged"),
    charges("unterminated quote", GOOD + LINE.replace("k1", '"k2') + "\n", 3, None, "csv"),
    charges("text after a quote", GOOD + LINE.replace("k1", '"k2"x') + "\n", 3, None, "csv"),
    charges("blank before a quote", GOOD + LINE.replace("s1", ' "s1"').replace("k1", "k2") + "\n", 3, None, "csv"),
    charges(
        "not UTF-8",
        GOOD.encode() + LINE.replace("k1", "k2").encode().replace(b"s1", b"\xff") + b"\n",
        3,
        None,
        "encoding",
    ),
    charges("cut in a character", (GOOD + LINE).encode() + b"\xe1\xbb", 3, None, "encoding"),
    charges("UTF-16", GOOD.encode("utf-16"), 1, None, "encoding"),
    charges("line ends mixed", f"{CHARGES}\r\n{LINE}\n", 2, None, "line_ends"),
    charges("a workbook named CSV", b"PK\x03\x04\x00\x01", 1, "PK\x03\x04\x00\x01", "unknown_column"),
    # Values.
    value("charge_id", "", "required"),
    value("charge_id", " k1", "white_space"),
    value("charge_id", "k1\u00a0", "white_space"),
    value("service_id", "s1 ", "white_space"),
    value("corrects_charge_id", "k0 ", "white_space"),
    value("charge_id", "k" * 129, "too_long"),
    value("charge_id", "k\x001", "control_character"),
    value("charge_id", "k\x1f1", "control_character"),
    value("account_id", "C\n2", "control_character"),
    value("account_id", "nobody", "unknown_account"),
    value("partner_id", "nobody", "unknown_partner"),
    value("partner_id", "Q", "not_managed"),
    value("service_id", "nothing", "unknown_service"),
    value("occurred_at", "2026-10-05T08:00:00", "no_offset"),
    value("occurred_at", "2026-02-31T08:00:00Z", "instant"),
    value("occurred_at", "2026-13-01T08:00:00Z", "instant"),
    value("occurred_at", "2026-10-05T24:00:00Z", "instant"),
    value("occurred_at", "2026-10-05T08:00:60Z", "instant"),
    value("occurred_at", "2026-10-05T08:00:00.1234567Z", "instant"),
    value("occurred_at", "2026-10-05T08:00:00+25:00", "instant"),
    value("occurred_at", "05/10/2026 08:00", "instant"),
    value("occurred_at", "46300.5", "instant"),
    value("occurred_at", "infinity", "instant"),
    value("occurred_at", "1999-12-31T23:59:59Z", "instant_range"),
    value("occurred_at", "2200-01-01T00:00:00Z", "instant_range"),
    value("occurred_at", "now", "instant"),
    value("charge_type", "New", "choice"),
    value("charge_type", "sale", "choice"),
    value("list_amount", "1,000", "amount"),
    value("list_amount", "1_000", "amount"),
    value("list_amount", "1e3", "amount"),
    value("list_amount", " 5", "amount"),
    value("list_amount", "+5", "amount"),
    value("list_amount", "05", "amount"),
    value("list_amount", ".5", "amount"),
    value("list_amount", "5.", "amount"),
    value("list_amount", "5₫", "amount"),
    value("list_amount", "５", "amount"),
    value("list_amount", "NaN", "amount"),
    value("list_amount", "--5", "amount"),
    value("list_amount", "100000000000000", "amount"),
    value("list_amount", "0.0000000000001", "amount"),
    value("customer_amount", "", "required"),
    value("currency", "vnd", "currency"),
    value("currency", "ABC", "currency"),
    value("currency", "$", "currency"),
    value("quantity", "100000000000", "quantity"),
    value("quantity", "0.0000000000000001", "quantity"),
    value("partner_discount_rate", "1.1", "rate"),
    value("partner_discount_rate", "30%", "rate"),
    value("partner_discount_rate", "-0.1", "rate"),
    value("partner_discount_rate", "0.1234567891", "rate"),
    value("description", "a\rb", "control_character"),
    value("description", "a\x07b", "control_character"),
    value("sku", "a\tb", "control_character"),
    value("sku", "a\u0085b", "control_character"),
    value("sku", "a" * 32_768, "too_long"),
    value("x_note", "a\x00b", "control_character"),
    value("managed_from", "2026-02-29", "day", ACCOUNT),
    value("managed_from", "2026-1-1", "day", ACCOUNT),
    value("managed_from", "01/01/2026", "day", ACCOUNT),
    value("status", "frozen", "choice", ACCOUNT),
    value("name", "", "required", ACCOUNT),
    value("rate", "", "required", DISCOUNT),
    # A row with itself.
    value("service_to", "2026-10-05T08:00:00Z", "order", CHARGE | {"service_from": "2026-10-05T08:00:00Z"}),
    value("customer_amount", "71", "own_amount", CHARGE | {"account_id": "own", "customer_amount": "70"}),
    value("corrects_charge_id", "", "required", CHARGE | {"charge_type": "correction", "corrects_charge_id": "k0"}),
    value("managed_to", "2026-01-01", "order", ACCOUNT),
    value("account_id", "", "required", DISCOUNT),
    value("account_id", "own", "not_customer", DISCOUNT),
    value("service_id", "", "exactly_one", DISCOUNT),
    value("decision", "approved", "both_or_neither", DISCOUNT),
    value(
        "decided_at",
        "2026-10-05T07:59:59Z",
        "order",
        DISCOUNT | {"decision": "approved", "decided_at": DISCOUNT["requested_at"]},
    ),
    value("active_to", "2026-10-06", "order", DISCOUNT),
    value("amount", "0", "zero", ENTRY),
    value("amount", "-0.00", "zero", ENTRY),
    value("amount", "-5", "sign", ENTRY),
    value("amount", "5", "sign", ENTRY | {"kind": "usage", "amount": "-5"}),
    value("kind", "gift", "choice", ENTRY),
    # Several rows.
    (
        "same id, other content",
        {"charges.csv": csv_of(CHARGE, CHARGE | {"list_amount": "101"})},
        ("charges.csv", 3, "charge_id", "conflict"),
    ),
    (
        "same id in two files",
        {"charges-1.csv": csv_of(CHARGE), "charges-2.csv": csv_of(CHARGE | {"x_note": "n"})},
        ("charges-2.csv", 2, "charge_id", "conflict"),
    ),
    (
        "billing mode changed",
        {"accounts.csv": csv_of(ACCOUNT, ACCOUNT | {"billing_mode": "postpaid"})},
        ("accounts.csv", 3, "account_id", "conflict"),
    ),
    (
        "ranges overlap",
        {"accounts.csv": csv_of(ACCOUNT, ACCOUNT | {"partner_id": "Q", "managed_from": "2026-05-01"})},
        ("accounts.csv", 2, "managed_from", "overlap"),
    ),
    (
        "type changed",
        {
            "accounts.csv": csv_of(
                ACCOUNT
                | {
                    "account_id": "C2",
                    "account_type": "partner",
                    "managed_from": "2024-01-01",
                    "managed_to": "2024-02-01",
                }
            )
        },
        ("accounts.csv", 2, "account_type", "account_type"),
    ),
    entries("transfer without id", OUT | {"transfer_id": ""}, IN, at=(2, "transfer_id", "required")),
    entries(
        "transfer to nobody", OUT | {"counterparty_account_id": ""}, IN, at=(2, "counterparty_account_id", "required")
    ),
    entries("one leg", OUT, at=(2, "transfer_id", "transfer_incomplete")),
    entries("three legs", OUT, IN, IN | {"entry_id": "e3"}, at=(2, "transfer_id", "transfer_incomplete")),
    entries("two ways out", OUT, OUT | {"entry_id": "e3"}, at=(2, "transfer_id", "transfer_incomplete")),
    entries("unbalanced", OUT, IN | {"amount": "5.000000000001"}, at=(2, "amount", "transfer_unbalanced")),
    entries(
        "two instants",
        OUT,
        IN | {"occurred_at": "2026-10-05T08:00:00.000001Z"},
        at=(2, "transfer_id", "transfer_mismatch"),
    ),
    entries("two currencies", OUT, IN | {"currency": "USD"}, at=(2, "transfer_id", "transfer_mismatch")),
    entries(
        "other counterparty", OUT, IN | {"counterparty_account_id": "C1"}, at=(3, "transfer_id", "transfer_mismatch")
    ),
    entries(
        "reverses nothing",
        ENTRY | {"amount": "-5", "reverses_entry_id": "e0"},
        at=(2, "reverses_entry_id", "unknown_entry"),
    ),
    entries(
        "reversal of another kind",
        ENTRY,
        ENTRY | {"entry_id": "e2", "kind": "grant", "amount": "-5", "reverses_entry_id": "e1"},
        at=(3, "reverses_entry_id", "reversal_mismatch"),
    ),
    entries(
        "reversal in another currency",
        ENTRY,
        ENTRY | {"entry_id": "e2", "currency": "USD", "amount": "-5", "reverses_entry_id": "e1"},
        at=(3, "reverses_entry_id", "reversal_mismatch"),
    ),
    entries(
        "reversal of the same sign",
        ENTRY,
        ENTRY | {"entry_id": "e2", "reverses_entry_id": "e1"},
        at=(3, "amount", "sign"),
    ),
    entries(
        "reversals in a circle",
        ENTRY | {"kind": "adjustment", "reverses_entry_id": "e2"},
        ENTRY | {"entry_id": "e2", "kind": "adjustment", "amount": "-5", "reverses_entry_id": "e1"},
        at=(2, "reverses_entry_id", "reversal_circle"),
    ),
    # Other formats.
    ("Parquet that is none", {"charges.parquet": b"PAR1 not at all"}, ("charges.parquet", None, None, "parquet")),
    ("workbook that is none", {"charges.xlsx": b"not a zip"}, ("charges.xlsx", None, None, "xlsx")),
    ("workbook that is a bomb", {"charges.xlsx": bomb()}, ("charges.xlsx", None, None, "too_large")),
    ("JSON: no object", {"charges.jsonl": "[1]\n"}, ("charges.jsonl", 1, None, "json")),
    ("JSON: broken", {"charges.jsonl": '{"charge_id": "k1"\n'}, ("charges.jsonl", 1, None, "json")),
    ("JSON: nested", {"charges.jsonl": '{"charge_id": ["k1"]}\n'}, ("charges.jsonl", 1, "charge_id", "cell")),
    ("JSON: truth value", {"charges.jsonl": '{"charge_id": true}\n'}, ("charges.jsonl", 1, "charge_id", "cell")),
    (
        "JSON: named twice",
        {"charges.jsonl": '{"charge_id": "a", "charge_id": "b"}\n'},
        ("charges.jsonl", 1, None, "duplicate_column"),
    ),
    ("JSON: NaN", {"charges.jsonl": '{"list_amount": NaN}\n'}, ("charges.jsonl", 1, None, "json")),
    ("JSON: half a character", {"charges.jsonl": '{"charge_id": "\\ud800"}\n'}, ("charges.jsonl", 1, None, "encoding")),
    (
        "JSON: unknown column",
        {"charges.jsonl": '{"colour": "red"}\n'},
        ("charges.jsonl", 1, "colour", "unknown_column"),
    ),
    ("JSON: too deep", {"charges.jsonl": '{"a":' * 100_000}, ("charges.jsonl", 1, None, "json")),
]


@pytest.mark.parametrize("files, expected", [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_input_is_refused_at_its_place(
    files: dict[str, str | bytes], expected: tuple, world: Callable, errors_of: Callable, contents: Callable
) -> None:
    before = contents()
    assert errors_of(files)[0] == expected
    assert contents() == before


def test_there_are_enough_of_them() -> None:
    assert len(BAD) >= 60
