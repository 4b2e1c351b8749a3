"""How a code for the weather of a year is judged: it must restore new years from their bits alone, with few bits."""

from itertools import pairwise

import numpy as np

DAYS, WET, ENOUGH = 365, 0.05, 115  # bits a year; the entropy of a year is 104.5 bits


def _years() -> list[list[int]]:
    """New years of independent days, some in which it stays dry from a certain day on, and three unusual ones."""
    years = (np.random.default_rng(1948).random((400, DAYS)) < WET).astype(int)
    cut = [np.where(np.arange(DAYS) < day, year, 0) for year in years[:20] for day in (0, 100, 200, 300)]
    unusual = [np.ones(DAYS, int), np.arange(DAYS) % 2, (np.arange(DAYS) % 7 > 1).astype(int)]
    return [year.tolist() for year in (*years, *cut, *unusual)]


def _mean_length(encodings: list[str]) -> float:
    return float(np.mean([len(bits) for bits in encodings[:400]]))


def judge_code(result, again) -> str:
    """Years are encoded by a first pair of functions and decoded by a second one, which has not seen them."""
    if not all(isinstance(pair, tuple) and len(pair) == 2 and all(map(callable, pair)) for pair in (result, again)):
        return "expected two functions: end yours with `return encode, decode`."
    (encode, _), (_, decode), years = result, again, _years()
    encodings = [encode(list(year)) for year in years]
    if not all(isinstance(bits, str) and set(bits) <= set("01") for bits in encodings):
        return 'encode must return a string of zeros and ones, such as "0110".'
    for year, bits in zip(years, encodings, strict=True):
        try:
            days = decode(bits)
        except Exception as error:  # whatever a student's function may raise
            return f"decode raises {type(error).__name__}: {error}. Does it need more than the bits?"
        if isinstance(days, str) or np.shape(days) != (DAYS,):
            return f"decode must return a list of {DAYS} zeros and ones."
        if list(days) != year:
            return f"decode(encode(days)) differs from days, for a year with {sum(year)} wet days."
    words = sorted(set(encodings))
    if any(second.startswith(first) for first, second in pairwise(words)):
        return "one encoding is a prefix of a different one, so a reader cannot know where a year ends."
    if (mean := _mean_length(encodings)) > ENOUGH:
        remark = "Ask about several days at once." if mean >= DAYS else "Give frequent events shorter words."
        return f"your code has {mean:.1f} bits a year on average, expected {ENOUGH} or fewer. {remark}"
    if mean < 103:
        return f"{mean:.1f} bits a year are fewer than the entropy, so decode must use more than the bits."
    return ""


def success_code(result) -> str:
    mean = _mean_length([result[0](year) for year in _years()])
    return f"your code has {mean:.1f} bits a year on 400 new years and restores every year. The entropy is 104.5 bits."
