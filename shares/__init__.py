"""Community shares: offers, applications, allotment and the register of members."""
