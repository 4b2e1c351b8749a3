"""The exercises of the lectures on models, a file a lecture: tasks, cases and the usual slips."""
