"""Whom must we tell? Warnings in CAP 1.2, from draft to cancellation, and the public feed.

Answers 预警信息发布 and 突发事件应对法(2024) articles 63 to 65 and 70. Owns the warnings of every lane,
the CAP messages made from them, the proposal of a colour from the table of signals, and the words.
A person drafts, another approves; nothing of an exercise goes out.
"""
