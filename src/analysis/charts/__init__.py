"""How is each result drawn? One function per figure: takes a result table, draws on an Axes, returns it."""
