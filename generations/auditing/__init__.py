"""Charges looked at again: four witnesses, what does not agree, what is left at the providers."""
