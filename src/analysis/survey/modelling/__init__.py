"""What goes with an answer, other things equal? Regression models with the standard errors of the design."""
