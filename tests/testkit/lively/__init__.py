"""A lively hour of a room, compressed: many people, a team, and one real browser that follows."""
