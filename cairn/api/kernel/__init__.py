"""JSON:API, knowing no domain: documents, queries, filters, errors, paging, revisions, rate limits, OpenAPI."""
