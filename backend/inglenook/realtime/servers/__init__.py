"""Everything that knows the inside of uvicorn, daphne, or the transports under them."""
