"""The socket edge: servers and routing use connections, those the hub, the hub admission and relay."""
