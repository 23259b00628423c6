"""The web server, Django behind it, and what an HTTP exchange is."""
