"""The figures of the lectures, a file a lecture. They draw numbers that a lecture computed, with a description in words."""
