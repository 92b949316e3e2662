"""The prompt library: versions, variables, who may do what, and how each version fares."""
