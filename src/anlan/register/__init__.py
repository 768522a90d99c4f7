"""What do we have, and whom do we call? Facilities, forces, stocks and contacts, one record type a declaration."""
