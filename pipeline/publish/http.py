"""HTTP at the edge: one bounded, verified connection to a site, retried where that is safe."""
