"""The repository's chores: `make help` lists the words, each is one module here."""
