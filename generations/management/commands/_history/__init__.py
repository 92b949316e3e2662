"""Years of a big team's work, made up: what ``make_history`` fills a database with."""
