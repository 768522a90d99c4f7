"""Are we ready? Exercises run on the same code as reality, in lanes of their own.

Answers 演练 of the policy. Owns the exercise: who leads it, when it began and ended, and the name
of its lane. Everything else of an exercise is an ordinary report, incident or task in that lane:
watermarked, never sent outside, counted apart.
"""
