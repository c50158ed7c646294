"""IOD profiles: the rules of one SOP class as data, and the catalogue that loads them."""
