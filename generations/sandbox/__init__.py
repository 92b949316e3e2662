"""The outside world, simulated: five provider dialects over real HTTP.

Written from the contract sheets only. Nothing in here may import an adapter, the catalogue or a
model, and nobody may import this package: a misreading on one side must show on the other.
"""
