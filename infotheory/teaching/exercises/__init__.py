"""The exercises of the lectures, a file a lecture: tasks, cases and the usual slips."""
