"""The numbers and figures of lectures."""

import matplotlib.pyplot as plt
import pytest

from infotheory.teaching import evaluate_lines, measured, show_figure


def test_measured_prints_the_number_after_its_sign(capsys):
    measured("test ELBO", -117.2345, "nats", between=(-130, -95))
    measured("TC", 4.016, "nats", error=0.0702, digits=2, between=(3.6, 4.4))
    assert capsys.readouterr().out == "test ELBO ≈ -117.234 nats\nTC ≈ 4.02 ± 0.07 nats\n"


@pytest.mark.parametrize("value", [-131, -94.9, float("nan"), float("inf")])
def test_measured_raises_outside_its_range(value):
    with pytest.raises(AssertionError, match="expected a value from -130 to -95"):
        measured("test ELBO", value, "nats", between=(-130, -95))


def test_measured_wants_a_range():
    with pytest.raises(ValueError, match=r"found between=\(1, 0\), expected \(low, high\)"):
        measured("x", 0.5, between=(1, 0))


def test_evaluate_lines_prints_each_line_and_raises_where_two_differ(capsys):
    evaluate_lines({"a": 1.0, "b + c": 1.0 + 1e-12})
    assert capsys.readouterr().out == "a      =  1.000000\nb + c  =  1.000000\n"
    with pytest.raises(AssertionError, match=r"b: found 1\.00001, expected 1"):
        evaluate_lines({"a": 1.0, "b": 1.00001})


def test_a_figure_is_shown_with_its_description(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda figure, metadata: shown.append(metadata["image/png"]["alt"]))
    figure = plt.figure()
    show_figure(figure, "A rising curve.")
    assert shown == ["A rising curve."] and not plt.fignum_exists(figure.number)
    with pytest.raises(ValueError, match="expected a sentence that says what the figure shows"):
        show_figure(plt.figure(), "")
    plt.close("all")
