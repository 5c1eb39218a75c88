"""What stands in front of the product."""
