"""What leaves the building: documents for the panel, and the check that nothing else goes with them."""
