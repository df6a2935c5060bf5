"""Pages of the points and bands of the city in a KLA round."""
