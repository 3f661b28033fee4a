"""NHS numbers as expressions of any engine: ten digits of which the last checks the others.

The nine digits before the last are weighted from 10 down to 2; eleven less the remainder of their sum by eleven is the check digit, 11
counts as 0, and 10 as none.
"""

from typing import Any

import ibis

_TEN_DIGITS = r"^[0-9]{10}$"
_SEPARATORS = (" ", "-")


def digits_of(text: Any) -> Any:
    """The number without what is written between its groups of digits."""
    for separator in _SEPARATORS:
        text = text.replace(separator, "")
    return text


def number_of(text: Any) -> Any:
    """The number as a whole number; null where it is not ten digits or its check digit is wrong."""
    digits = digits_of(text)
    number = digits.re_search(_TEN_DIGITS).ifelse(digits, ibis.null("string")).cast("int64")
    return _is_checked(number).ifelse(number, ibis.null("int64"))


def is_valid(text: Any) -> Any:
    """Whether a text is a valid number; false where there is none."""
    return number_of(text).notnull()


def _is_checked(number: Any) -> Any:
    # The tenth digit has weight 1: the whole sum is then a multiple of eleven. A check digit of ten would need two digits, so it never is.
    total = sum((number // 10**place % 10 * (place + 1) for place in range(1, 10)), start=number % 10)
    return (total % 11 == 0).fill_null(False)
