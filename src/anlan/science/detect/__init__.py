"""Outbreaks and surges in series of counts: EARS, Farrington, moving percentile, CUSUM, burst."""
