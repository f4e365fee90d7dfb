"""How does a report stand on slides? The deck, the type that fits, words and tables."""
