"""Landlab's OverlandFlow on the case of the benchmark (MIT)."""

from importlib.metadata import version

from landlab import RasterModelGrid
from landlab.components import OverlandFlow
from loop import case, serve

given = case()
rows, columns = given["z"].shape
grid = RasterModelGrid((rows + 2, columns + 2), xy_spacing=given["cell_size"])
grid.add_zeros("topographic__elevation", at="node")
grid.add_zeros("surface_water__depth", at="node")
grid.set_closed_boundaries_at_grid_edges(True, True, True, True)
inner = grid.core_nodes
grid.at_node["topographic__elevation"][inner] = given["z"].ravel()
grid.at_node["surface_water__depth"][inner] = given["h"].ravel()
flow = OverlandFlow(
    grid,
    mannings_n=given["n"],
    theta=given["theta"],
    rainfall_intensity=0.0,
    steep_slopes=False,
)
done = 0


def run() -> None:
    global done
    for _ in range(given["steps"]):
        flow.run_one_step(dt=given["dt"])
    done += given["steps"]


def answer() -> dict:
    h = grid.at_node["surface_water__depth"][inner].reshape(rows, columns)
    return {"steps": done, "sum": float(h.sum()), "rows": h[:: rows // 8].tolist()}


serve(run, answer, program="landlab " + version("landlab"))
