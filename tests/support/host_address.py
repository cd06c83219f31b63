"""What tests of the reference dashboard agree on."""

TOKEN = "a-long-token-of-the-test"
ADDRESS = "http://127.0.0.1:8420"
