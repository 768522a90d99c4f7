"""Build the environments of the programs that the benchmarks measure against, in .bench-venv.

    python tools/bench_peers.py [NAME …]

Optional: about 3 GB. They are run as processes of their own and never imported by Anlan, whose
licence several of them (GPL, AGPL) would not fit. What cannot be installed is said and left out;
the benchmark then shows the figure noted in 2026-11 and says so. R comes from the distribution:
`apt install r-cran-surveillance`.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / ".bench-venv"

PEERS: dict[str, list[list[str]]] = {
    # MIT; requireit 0.9 says it runs on Python 3.11 and does not
    "landlab": [["landlab==2.11.0", "requireit==0.5.0"]],
    "anuga": [["anuga>=4.1,<5"]],  # Apache-2.0
    "epydemix": [["epydemix==1.5.0"]],  # GPL-3
    "pyretechnics": [["pyretechnics==2026.10.*"]],  # community licence or commercial
    "openquake": [  # AGPL-3; its declared dependencies ask for GDAL, its ground motions do not
        ["--no-deps", "openquake-engine==3.26.2"],
        [
            "numpy",
            "scipy",
            "h5py",
            "numba",
            "toml",
            "pyproj",
            "pandas",
            "psutil",
            "pyzmq",
            "requests",
            "docutils",
            "shapely",
            "matplotlib",
            "decorator",
            "Django",
            "fiona",
            "h3==3.7.7",
            "alpha_shapes",
            "geopandas",
        ],
    ],
}
"""Peer and what pip installs, in this order. climada is not here: it needs the headers of GDAL."""


def build(name: str) -> bool:
    """Build one environment unless it is there; tell whether it is."""
    place = FOLDER / name
    done = place / ".done"
    if done.exists() and done.read_text() == str(PEERS[name]):
        return True
    sys.stdout.write(f"… {name}\n")
    sys.stdout.flush()
    venv.create(place, with_pip=True, clear=True)
    for packages in PEERS[name]:
        command = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages]
        found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        if found.returncode != 0:
            last = (found.stderr.strip().splitlines() or ["?"])[-1]
            sys.stdout.write(f"✗ {name}：{last}\n")
            return False
    done.write_text(str(PEERS[name]))
    return True


if __name__ == "__main__":
    wanted = sys.argv[1:] or list(PEERS)
    unknown = set(wanted) - set(PEERS)
    if unknown:
        sys.exit(f"没有这个对照：{'、'.join(sorted(unknown))}；可选：{'、'.join(PEERS)}")
    missing = [name for name in wanted if not build(name)]
    if missing:
        sys.stdout.write(f"以下对照装不上，基准用记录的数值并注明：{'、'.join(missing)}\n")
