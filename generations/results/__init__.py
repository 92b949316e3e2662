"""The gallery: what a team made, found again, marked, put away and taken along."""
