"""Colour scales and legends: what the map paints and what its legend says, made once for Python and JavaScript."""
