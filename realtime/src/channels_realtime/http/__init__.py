"""HTTP: a site's addresses and root path, its forms, and its Content-Security-Policy."""
