"""The socket edge: servers and routing > connections > hub > admission and relay, one way."""
