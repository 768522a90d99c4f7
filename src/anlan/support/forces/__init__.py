"""Which teams and vehicles go, and how long they take."""
