"""How much, how many, which differences? The questions a design answers, each with its precision."""
