"""Pages and chats in a real browser."""
