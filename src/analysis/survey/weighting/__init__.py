"""How do weights come to add up to what is known of the population, and what did that change?"""
