"""How a pack leaves the office: put in place whole, signed off by three people, mailed."""
