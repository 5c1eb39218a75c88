"""The harness that tests, bench and scripts share. It holds no test, and imports none of them."""
