"""The figures of the lectures, a file a lecture: they draw numbers that a lecture computed, and describe them."""
