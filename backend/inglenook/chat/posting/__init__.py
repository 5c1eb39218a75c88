"""One message's way from an edge to the database: draft, batcher, pipeline, verdict, store."""
