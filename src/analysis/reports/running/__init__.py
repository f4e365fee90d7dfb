"""How is a notebook run, and why might it fail? Processes, kernels, what they may show, and what is left of a run."""
