"""What is due, claimed, batched and handed to the workers. Rows are the truth."""
