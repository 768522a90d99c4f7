"""Fire and explosion: heat, overpressure, harm, domino effects, risk around a plant."""
