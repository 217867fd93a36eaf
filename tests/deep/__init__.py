"""What takes hours: changed lines that a test must notice, and very many random contests."""
