"""The contract of a site: the routes and declared messages of its sockets."""
