from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anlan.core.jobs.registry import job

if TYPE_CHECKING:
    from anlan.core.jobs.registry import JobRun, Payload


@job("workshop.add")
def add(payload: Payload, _run: JobRun) -> Any:
    return payload["a"] + payload["b"]


@job("workshop.count")
def count(payload: Payload, run: JobRun) -> Any:
    """Write one line for each step, slowly."""
    steps = payload["steps"]
    for step in range(steps):
        with Path(payload["file"]).open("a") as file:
            file.write(f"{run.attempt}:{step}\n")
        run.progress((step + 1) / steps, f"第 {step + 1} 步")
        time.sleep(payload["seconds"])
    return {"steps": steps}
