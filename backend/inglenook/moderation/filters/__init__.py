"""What a text holds, whoever wrote it: words that rules name. Pure."""
