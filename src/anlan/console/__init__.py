"""What do people see? Every page, the map, the sign-in. Composes, decides nothing."""
