"""What comes as a file: its kind by its content, pictures drawn anew, and where bytes are kept."""
