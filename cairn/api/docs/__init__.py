"""The API's reference for people: one page that reads /api/openapi.json. Nothing of it comes from another host."""
