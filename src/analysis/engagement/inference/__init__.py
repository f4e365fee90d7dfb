"""How sure is a figure about posts: draws of weeks and businesses, sums over them, and models of counts."""
