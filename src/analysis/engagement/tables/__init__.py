"""Which posts, in which groups, with which figures: taken out of any kind of table, in memory or not."""
