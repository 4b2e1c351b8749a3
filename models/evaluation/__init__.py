"""What a trained model has learned: scores of disentanglement, reports on digits, the parts of the KL, tables."""
