"""From what geo.queries gives to the words and numbers that templates and scripts show."""
