"""What a trained model has learned.

metrics/              scores of disentanglement, from codes and factors
decomposition.py      the KL of the ELBO in three parts
digits.py             measures of an InfoGAN or ConditionalGAN of digits; the log Inception Score
digit_classifier.py   the classifier that judges generated digits
digit_reports.py      all measures of a model of digits as one report
reports.py            all measures of any model of this package
table.py              models and their numbers as CSV and Markdown
"""

from infotheory._lazy import lazily

_WHERE = {
    "decompose": "decomposition", "evaluate": "reports", "held_out_terms": "reports",
    "log_inception_score": "digits", "metrics": "metrics", "train_classifier": "digit_classifier",
}  # fmt: skip

__all__ = list(_WHERE)
__getattr__, __dir__ = lazily(__name__, _WHERE)
