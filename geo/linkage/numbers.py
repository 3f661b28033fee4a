"""NHS numbers as expressions of any engine: ten digits of which the last checks the others.

The nine digits before the last are weighted from 10 down to 2; eleven less the remainder of their sum by eleven is the check digit, 11
counts as 0, and 10 as none.
"""

from typing import Any

import ibis

_PLAIN = r"^[0-9]{10}$"
_TEN_DIGITS = r"^[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}$"
_SEPARATORS = "[ -]"


def number_of(text: Any) -> Any:
    """The number as a whole number; null where it is not ten digits or its check digit is wrong."""
    return checked(digits_of(text))


def digits_of(text: Any) -> Any:
    """Ten digits as a whole number, whether they check or not; null for anything else."""
    # Most are written without separators. A plain replacement takes the first one alone on Polars.
    is_parted = text.re_search(_TEN_DIGITS)
    found = ibis.cases((text.re_search(_PLAIN), text), (is_parted, text.re_replace(_SEPARATORS, "")), else_=ibis.null("string"))
    return found.cast("int64")


def checked(number: Any) -> Any:
    """The number of ten digits where its check digit is right, else null."""
    # The tenth digit has weight 1: the whole sum is then a multiple of eleven. A check digit of ten would need two digits, so it never is.
    # Powers of ten are 1 and -1 by turns to elevens, so a digit is the difference of two remainders, and nothing is divided: engines
    # divide whole numbers as fractions.
    total = sum(((-1) ** (place + 1) * (2 * place + 1) * (number % 10**place) for place in range(1, 10)), start=number)
    return (total % 11 == 0).fill_null(False).ifelse(number, ibis.null("int64"))
