"""What was paid, by whom, for what, and against which price: kept, summed, drawn, exported."""
