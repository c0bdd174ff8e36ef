"""What each code of a broken rule says to people."""

from __future__ import annotations

from sodu.values.text import Text, mark as _

MESSAGES: dict[str, Text] = {
    # Single values.
    "required": _("{column} is required"),
    "control_character": _("{column} holds a control character"),
    "white_space": _("{column} is an id and may not begin or end with white space"),
    "too_long": _("{column} is too long: ids have at most 128 characters, texts 32,767"),
    "amount": _("{column} must be an amount such as -1234.5: below 10^14, at most 12 decimals, no separators"),
    "rate": _("{column} must be a rate from 0 to 1 with at most 9 decimals"),
    "quantity": _("{column} must be a quantity below 10^11 with at most 15 decimals"),
    "no_offset": _("{column} has no offset: write Z or +07:00 at its end, or name a zone for the load"),
    "instant_range": _("{column} must lie in the years 2000 to 2199"),
    "instant": _("{column} must be an instant such as 2026-10-05T08:00:00+07:00, to the microsecond at most"),
    "day": _("{column} must be a day such as 2026-10-05"),
    "currency": _("{column} must be a currency of ISO 4217 in upper case, or CREDIT"),
    "choice": _("{column} is none of the values that the contract names"),
    "number": _("{column} must be sent as text or as an exact number"),
    "cell": _("{column} holds a truth value or an error where a text, a number or a date must stand"),
    # Several rows.
    "conflict": _("a row with this {column} and other content is in the record or before this one"),
    "unknown_partner": _("{column} names no partner that is known"),
    "unknown_account": _("{column} names no account that is known"),
    "unknown_service": _("{column} names no service that is known"),
    "not_managed": _("the account was not managed by this partner on that day"),
    "account_type": _("{column} must be the same in all ranges of an account"),
    "overlap": _("the account is managed by somebody else on some of these days: ranges may not overlap"),
    "order": _("{column} must be later than the start that it belongs to"),
    # Charges and discounts.
    "own_amount": _("{column} of a partner's own account must be equal to partner_amount"),
    "both_or_neither": _("decided_at and decision must be sent together"),
    "exactly_one": _("exactly one of service_id and product_group must be given"),
    "not_customer": _("{column} must name a customer's account"),
    # Credit entries.
    "zero": _("{column} may not be 0"),
    "sign": _("{column} has the wrong sign for its kind; a reversal has the opposite one"),
    "unknown_entry": _("{column} names no entry that is known"),
    "reversal_mismatch": _(
        "a reversal has the kind, the account and the currency of what it reverses, and the other sign"
    ),
    "reversal_circle": _("entries may not reverse each other in a circle"),
    "transfer_incomplete": _("a transfer has two legs: one transfer_out and one transfer_in of one {column}"),
    "transfer_mismatch": _(
        "the legs of a transfer have one instant and one currency, and each names the other's account"
    ),
    "transfer_unbalanced": _("the two legs of a transfer must sum to zero"),
}
"""By code; {column} is where it is broken."""
