"""What have we agreed to do? Plans as structured text: conditions, levels, tasks, resources.

Answers 预案体系 and 一张纸预案 (济南 (四) 1–2, 聊城 14). Owns the plan file, its loader and static
checker, the approved plans of a city, and the match of an incident to a plan and a response level.
It proposes a level with reasons; a person decides in `command`. It sends nothing.
"""
