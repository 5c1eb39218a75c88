"""Every state of the widget that the design shows, and how a visitor comes into it.

`make screenshots` takes a picture of each, in both directions of writing; tests/e2e/test_states.py
looks at each with axe.
"""
