"""`cairn privacy`: forget a person, write what is known of them into a file, or tell whether somebody was forgotten.

Deletions and exports are done by the running server's worker; the command waits for them.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final

from cairn.cli import options as shared
from cairn.cli.stores import adopt, set_up_django
from cairn.kernel import clock
from cairn.kernel.contact import e164, is_email
from cairn.kernel.errors import Invalid, Unavailable

WAIT_SECONDS: Final = 600
LOOK_SECONDS: Final = 0.5


def parser() -> argparse.ArgumentParser:
    made = shared.parser("privacy", "Forget people, and give them what is known of them.")
    verbs = made.add_subparsers(dest="action", required=True)
    for name, told in (
        ("delete", "forget a person everywhere, and print what went"),
        ("export", "write everything known of a person into a zip file"),
        ("find", "tell whether somebody is known, or was forgotten and when"),
    ):
        verb = verbs.add_parser(name, help=told)
        shared.add_shared(verb)
        verb.add_argument("--account", required=True, help="the account's id, six letters")
        who = verb.add_mutually_exclusive_group(required=True)
        who.add_argument("--email")
        who.add_argument("--phone", help="with its country, such as +15005550006")
        who.add_argument("--external-id")
        who.add_argument("--id", help="the profile's id")
        verb.add_argument("--json", action="store_true", help="print one JSON object")
        if name == "export":
            verb.add_argument("--out", type=Path, required=True, help="the file to write")
    return made


def main(arguments: Sequence[str]) -> int:
    options, settings = shared.begin("privacy", parser(), arguments)
    who = identifier(options)
    if options.action == "export":
        refuse_place(options.out)
    adopt(settings)
    set_up_django()
    scope = import_module("cairn.domains.accounts.queries").scope_of(options.account, actor="command line")
    patch = import_module("cairn.domains.profiles.contracts").ProfilePatch(**who)
    facts: dict[str, Any] = {"delete": delete, "export": export, "find": find}[options.action](scope, patch, options)
    print(json.dumps(facts) if options.json else "\n".join(lines(facts)))
    return 0


def identifier(options: argparse.Namespace) -> dict[str, str]:
    """The one that was given. Raises Invalid: a mistyped address would look like somebody who is not known."""
    if options.email is not None:
        email = options.email.strip()
        if not is_email(email):
            raise Invalid(f"--email {options.email!r} is not a valid email address.")
        return {"email": email}
    if options.phone is not None:
        phone = e164(options.phone)
        if phone is None:
            raise Invalid(f"--phone {options.phone!r} is not a valid phone number; write it as +15005550006.")
        return {"phone_number": phone}
    name, value = ("id", options.id) if options.id is not None else ("external_id", options.external_id)
    if not value.strip():
        raise Invalid(f"--{name.replace('_', '-')} is empty.")
    return {name: value}


def refuse_place(out: Path) -> None:
    """Said before anything is collected, not when the file is to be written."""
    if out.exists():
        raise Invalid(f"{out} exists already: name another file with --out, or remove it.")
    if not out.parent.is_dir():
        raise Invalid(f"The folder {out.parent} of --out does not exist.")
    if not os.access(out.parent, os.W_OK):
        raise Invalid(f"The folder {out.parent} of --out cannot be written to.")


def delete(scope: Any, patch: Any, _: argparse.Namespace) -> dict[str, Any]:
    actions = import_module("cairn.domains.privacy.actions")
    job = finished(scope, "deletion", actions.request_deletion(scope, patch, now=clock.now()).id)
    return {"job": job.id, "status": job.status, "profiles": job.found, **job.report}


def export(scope: Any, patch: Any, options: argparse.Namespace) -> dict[str, Any]:
    actions = import_module("cairn.domains.privacy.actions")
    queries = import_module("cairn.domains.privacy.queries")
    job = finished(scope, "export", actions.request_export(scope, patch, now=clock.now()).id)
    if job.url is None:
        raise Invalid(job.detail or "The export failed.")
    with queries.open_export(job.url.rpartition("/")[2], now=clock.now()) as file, private(options.out) as out:
        shutil.copyfileobj(file, out)
    return {"job": job.id, "status": job.status, "file": str(options.out), "bytes": job.size, **job.report}


def private(path: Path) -> IO[bytes]:
    """A new file for its owner's eyes alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def find(scope: Any, patch: Any, _: argparse.Namespace) -> dict[str, Any]:
    profiles = import_module("cairn.domains.profiles.actions")
    queries = import_module("cairn.domains.privacy.queries")
    found = profiles.find_people(scope, [patch], now=clock.now())[0]
    gone = queries.forgotten_at(scope, patch)
    return {"profile": found.id or None, "forgotten": gone.isoformat() if gone else None}


def finished(scope: Any, kind: str, job_id: str) -> Any:
    """The job, when the worker is done with it. Raises Unavailable where it is not within ten minutes."""
    queries = import_module("cairn.domains.privacy.queries")
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        job = queries.get_job(scope, kind, job_id)
        if job.completed is not None:
            return job
        time.sleep(LOOK_SECONDS)
    raise Unavailable(f"The {kind} {job_id} is accepted and not finished yet: does a worker run?")


def lines(facts: dict[str, Any]) -> list[str]:
    told = []
    for name, value in facts.items():
        if not isinstance(value, dict):
            told.append(f"{name:<12} {'no' if value is None else value}")
        elif not value:
            told.append(f"{name:<12} nothing")
        else:
            told += [name, *(f"  {kind.replace('_', ' '):<18} {count:>10,}" for kind, count in sorted(value.items()))]
    return told
