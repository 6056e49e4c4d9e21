"""Deployment files: commands, containers and proxies."""
