"""The cells of the matrix: what each SDK does with each provider, feature by feature.

`features.py` and `failures.py` say what is done and what must come of it, `with_*.py` how an SDK is told to do it,
`traps.py` and `edges.py` do without an SDK; `worker.py` runs all cells of one virtual environment in one process.
"""
