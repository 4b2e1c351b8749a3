"""What nbval ignores in the outputs of notebooks, and what it compares."""

import re
from pathlib import Path

import pytest
from nbval.plugin import get_sanitize_patterns

from infotheory.teaching import measured

PATTERNS = get_sanitize_patterns((Path(__file__).parent / "sanitize.cfg").read_text())


def sanitized(text: str) -> str:
    for regex, replacement in PATTERNS:
        text = re.sub(regex, replacement, text)
    return text


@pytest.mark.parametrize("digits", [0, 2, 6])
@pytest.mark.parametrize("unit", ["", "nats", "bits a pixel", "%"])
def test_another_measured_number_passes(digits, unit, capsys):
    for value, error in [(-1234.5, None), (0.004, None), (7.25, 0.1), (-3e6, 12.0)]:
        measured("the ELBO", value, unit, between=(-1e9, 1e9), error=error, digits=digits)
        print("on 5 seeds")
    assert sanitized(capsys.readouterr().out) == 4 * (f"the ELBO ≈ NUMBER {unit}".rstrip() + "\non 5 seeds\n")


@pytest.mark.parametrize("number", ["-1,234.5 ± 0.12", "12", "0.5", "1,000 ± 30"])
def test_numbers_are_ignored_with_their_errors(number):
    assert sanitized(f"a ≈ {number} nats\nb ≈ {number}") == "a ≈ NUMBER nats\nb ≈ NUMBER"


@pytest.mark.parametrize(
    "text", ["a ≈ nan nats", "a ≈ inf", "a ≈ -inf", "a ≈ 0.5 ± nan nats", "a ≈ 0.5nats", "a ≈ x", "a = 0.5", "≈0.5"]
)
def test_nothing_else_is_ignored(text):
    assert sanitized(text).replace("NUMBER ± nan", "0.5 ± nan") == text


def test_another_name_and_another_unit_are_noticed():
    assert len({sanitized(text) for text in ("a ≈ 1 nats", "b ≈ 2 nats", "a ≈ 3 bits", "a ≈ 4")}) == 4


def test_the_numbers_of_an_accepted_answer_are_ignored_and_nothing_else_of_verdicts():
    training = "✓ a VAE: the ELBO is {} nats.\n  Its gap is {} nats.\nloss 3\n"
    assert sanitized(training.format(-1.5, 2.5)) == "✓ a VAE: accepted\nloss 3\n"
    for text in ("✗ a VAE: the ELBO is 1.5 nats.", "○ a VAE: nothing yet", "a = 1.5    b = 1.5    ✓\nx: 2"):
        assert sanitized(text) == text
