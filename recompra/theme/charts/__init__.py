"""Charts as SVG drawn on the server: no script, no inline style, colours from CSS classes.

Positions are percentages and nested `<svg>` elements: a chart is as wide as its place, its text never scales.
They are built here and not in templates, where localisation would print `width="12,5%"`.
Every function returns safe markup; every text given to it is escaped.
"""

from recompra.theme.charts.bars import Bar, bars
from recompra.theme.charts.gauge import gauge, meter
from recompra.theme.charts.heat import Cell, HeatRow, heat
from recompra.theme.charts.lines import Series, lines
from recompra.theme.charts.push import push
from recompra.theme.charts.ranking import Rank, ranking
from recompra.theme.charts.reliability import Bin, reliability
from recompra.theme.charts.sankey import Flow, Node, sankey
from recompra.theme.charts.spark import spark
from recompra.theme.charts.treemap import Tile, treemap

__all__ = [
    "Bar", "Bin", "Cell", "Flow", "HeatRow", "Node", "Rank", "Series", "Tile", "bars", "gauge", "heat",
    "lines", "meter", "push", "ranking", "reliability", "sankey", "spark", "treemap",
]  # fmt: skip
