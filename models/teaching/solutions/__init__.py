"""The solutions of the exercises, a file a lecture. Each function answers the exercise of its name."""
