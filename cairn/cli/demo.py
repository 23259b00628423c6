"""Tells the person at the terminal how to get into the demo shop, once there is one."""

import json
from pathlib import Path


class DemoNotice:
    """Printed once, when the worker has opened the shop and written its login."""

    def __init__(self, data_dir: Path, url: str) -> None:
        self.path = data_dir / "secrets" / "demo_shop.json"
        self.url = url
        self.told = False

    def look(self) -> None:
        if self.told or not self.path.exists():
            return
        try:
            login = json.loads(self.path.read_text())
        except ValueError:
            return  # It is being written at this moment.
        self.told = True
        lines = (
            f"  Open        {self.url}",
            f"  Sign in     {login['email']}  /  {login['password']}",
            f"  API key     {login['private_key']}  (company id {login['account_id']})",
            f"  The shop    {self.url}/demo-shop",
        )
        print("\n".join(["", *lines, ""]), flush=True)
