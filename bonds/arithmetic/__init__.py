"""Pure arithmetic of outcome contracts: no clock, no database, amounts in whole minor units."""
