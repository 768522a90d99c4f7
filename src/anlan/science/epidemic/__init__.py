"""Epidemics: reproduction number, spread among ages and districts, hospital demand."""
