"""The rooms that this process serves: subscriptions, fan-out, presence, repair."""
