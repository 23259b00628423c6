"""Where the reference material is: Klaviyo's OpenAPI documents and the prober. It is not part of the repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def conformance() -> Path:
    """The folder of the prober; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("CAIRN_REFERENCE_DIR", ROOT.parent / "shared")) / "conformance"
    if not (folder / "conform.py").exists():
        pytest.skip(f"no reference material at {folder.parent}; set CAIRN_REFERENCE_DIR")
    return folder
