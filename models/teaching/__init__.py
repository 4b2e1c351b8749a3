"""What the lectures on models use: their exercises, solutions and figures."""
