"""Are we ready? Exercises run on the same code in lanes of their own."""
