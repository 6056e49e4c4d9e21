"""What WebSocket clients observe at the project's own server, or at a running deployment."""
