"""Events between the processes of one installation."""
