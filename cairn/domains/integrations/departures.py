"""What integrations do when a person is deleted: refused rows and files with their address go."""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from cairn import wiring
from cairn.domains.integrations.models import ExportJob
from cairn.kernel.scope import Scope

FAULTS: Final = """
DELETE FROM integrations_importfault WHERE account_id = %s AND lower(cells::text) LIKE ANY(%s)
"""
PIECE: Final = 1 << 20
READABLE: Final = ("csv", "jsonl")


def forget(scope: Scope, texts: Sequence[str]) -> dict[str, int]:
    """Delete what mentions one of these texts (in small letters): rows that imports refused, and exports. A file that
    cannot be searched goes in any case: it can be made again."""
    words = [f"%{like(text)}%" for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(FAULTS, [scope.account_id, words])
        faults = int(cursor.rowcount)
    files = 0
    for job in ExportJob.objects.within(scope).exclude(key=""):
        if job.format not in READABLE or mentions(job.key, [text.encode() for text in texts]):
            wiring.files().delete(job.key)
            ExportJob.objects.within(scope).filter(id=job.id).update(key="", detail="Deleted for privacy.")
            files += 1
    return {"import_rows": faults, "export_files": files}


def like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def mentions(key: str, texts: Sequence[bytes]) -> bool:
    file = wiring.files().open(key)
    if file is None:
        return False
    overlap = max(map(len, texts), default=1)
    with file:
        kept = b""
        while piece := file.read(PIECE):
            window = kept + piece.lower()
            if any(text in window for text in texts):
                return True
            kept = window[-overlap:]
    return False
