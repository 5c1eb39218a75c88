"""Faults: what breaks, how it is measured, and the bar for each figure."""
