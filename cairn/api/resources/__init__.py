"""One file per resource type; each declares, none decides."""
