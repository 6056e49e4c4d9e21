"""Who may open a socket, and who may keep it open."""
