"""What contracts, people, claims and money under outcome contracts look like to those who may see them."""
