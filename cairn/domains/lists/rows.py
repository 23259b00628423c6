"""Rows of lists as other domains see them."""

from cairn.domains.lists.contracts import ListInfo
from cairn.domains.lists.models import List


def info(row: List) -> ListInfo:
    return ListInfo(
        row.id,
        row.name,
        row.opt_in_process,
        row.created,
        row.updated,
        row.public_name,
        row.description,
        row.is_open,
        row.in_preferences,
    )
