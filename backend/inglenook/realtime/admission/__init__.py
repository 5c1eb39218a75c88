"""Who may connect, and who may stay: origins, tokens, logins, addresses, floods."""
