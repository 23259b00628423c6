"""The template language. Source comes from users: it sees plain data and nothing else, in bounded time and size."""
