"""Looking at results together: verdicts, remarks, chains of versions, guests with a link."""
