"""With what do we act? One room each for forces, supplies, medical care and transport."""
