"""One participant's connection each: a socket's conversation, an event stream, a long poll."""
