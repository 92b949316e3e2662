"""Budgets as people meet them: who answers for which, asking for more, alerts, the overview."""
