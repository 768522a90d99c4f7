"""Read runs of models, and what a model asks of the city."""

from anlan.forecast.selectors.runs import repeated, runs_visible_to

__all__ = ["repeated", "runs_visible_to"]
