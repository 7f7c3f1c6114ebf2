"""Records counted where they lie: months, areas and measures come back, records never do."""
