"""HTTP: the addresses of a site, the charset of forms, and the Content-Security-Policy."""
