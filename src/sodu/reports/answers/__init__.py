"""From what the engine says to an answer: totals, comparison, ratios, order, pages and checks, in exact decimals."""
