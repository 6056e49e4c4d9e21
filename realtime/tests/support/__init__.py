"""What the tests share: servers, clients, a Valkey, and hostile input."""
