"""How do we connect? City packs in and out, open APIs, map layers, the public warning feed.

Answers 信息共享与互联互通 of the policy. Owns no rows of its own: it reads what the rooms below
hold and calls their services, under the same permissions as the pages.
"""
