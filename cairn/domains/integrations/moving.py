"""Moving in from another system: which things in which order, page by page, and where to go on."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from cairn import wiring
from cairn.domains.integrations.klaviyo import carrying
from cairn.domains.integrations.klaviyo.carrying import Carry, Move, Result
from cairn.domains.integrations.klaviyo.known import Known
from cairn.domains.integrations.klaviyo.source import Refused, Source, host_of
from cairn.domains.integrations.models import ImportJob, MoveStep
from cairn.domains.integrations.running import LEASE, Cancelled, Now
from cairn.kernel import ids
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

KLAVIYO: Final = "klaviyo"


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of thing. `path` may hold `{list}`: then it is read once for every list."""

    carry: Carry
    path: str
    query: Mapping[str, str] = field(default_factory=dict)


ALL: Final[Mapping[str, Step]] = {
    "tags": Step(carrying.carry_tags, "/api/tags"),
    "lists": Step(carrying.carry_lists, "/api/lists", {"include": "tags"}),
    "metrics": Step(carrying.carry_metrics, "/api/metrics"),
    "templates": Step(carrying.carry_templates, "/api/templates"),
    "images": Step(carrying.carry_images, "/api/images", {"page[size]": "100"}),
    "profiles": Step(
        carrying.carry_profiles,
        "/api/profiles",
        {"page[size]": "100", "additional-fields[profile]": "subscriptions", "sort": "id"},
    ),
    "members": Step(
        carrying.carry_members,
        "/api/lists/{list}/profiles",
        {"page[size]": "100", "fields[profile]": "email,phone_number,external_id"},
    ),
    "segments": Step(carrying.carry_segments, "/api/segments", {"include": "tags"}),
    "events": Step(
        carrying.carry_events,
        "/api/events",
        {
            "page[size]": "1000",
            "include": "profile,metric",
            "fields[profile]": "email,phone_number,external_id",
            "sort": "datetime",
        },
    ),
    "campaigns": Step(
        carrying.count_campaigns, "/api/campaigns", {"filter": 'equals(messages.channel,"email")', "page[size]": "100"}
    ),
}
STEPS: Final = tuple(ALL)


def queue_move(scope: Scope, *, host: str, api_key: str, what: Sequence[str] = (), now: datetime) -> str:
    """Copy another account into this one; the job's id. The key is kept sealed until the job ends. Raises Invalid."""
    address = host_of(host)
    if not api_key.strip():
        raise Invalid("The API key of the account to copy is needed.", pointer="/data/attributes/api_key")
    for place, name in enumerate(what):
        if name not in ALL:
            raise Invalid(
                f"{name!r} cannot be copied; {', '.join(STEPS)} can.", pointer=f"/data/attributes/what/{place}"
            )
    wiring.outgoing().check(address)
    job_id = ids.ulid()
    sealed = wiring.vault().seal(api_key.strip(), owner=owner_of(scope.account_id, job_id))
    ImportJob.objects.create(
        account_id=scope.account_id,
        id=job_id,
        kind=KLAVIYO,
        filename=address,
        path="",
        mapping={"what": list(what) or list(STEPS)},
        secret=sealed.encode(),
        created=now,
        actor=scope.actor,
    )
    return job_id


def owner_of(account_id: str, job_id: str) -> str:
    return f"import:{account_id}:{job_id}"


def run(scope: Scope, job: ImportJob, now: Now, pause: Callable[[float], None] | None = None) -> object:
    """Copy what is left. Raises Cancelled, Refused for a key that is not let in, and what a store's absence raises."""
    api_key = wiring.vault().open(bytes(job.secret or b"").decode(), owner=owner_of(scope.account_id, job.id))
    source = Source(wiring.outgoing(), job.filename, api_key, alive=lambda: keep_alive(job, now()))
    if pause is not None:
        source.pause = pause
    account = source.page("/api/accounts").rows
    origin = f"{KLAVIYO}:{account[0]['id'] if account else job.filename}"[:80]
    known = Known(scope, origin)
    for name in (job.mapping or {}).get("what", STEPS):
        known.read()
        run_step(Move(scope, known, job.filename, job.created, now()), job, name, source, now)
    return None


def keep_alive(job: ImportJob, now: datetime, *, rows: int | None = None) -> None:
    mine = ImportJob.objects.filter(account_id=job.account_id, id=job.id, status="processing")
    facts: dict[str, Any] = {"lease_until": now + LEASE}
    if rows is not None:
        facts["rows"] = rows
    if not mine.update(**facts):
        raise Cancelled


def run_step(move: Move, job: ImportJob, name: str, source: Source, now: Now) -> None:
    """One kind of thing, from where an earlier attempt got to. A kind that is not allowed is told, and left."""
    step = ALL[name]
    state, _ = MoveStep.objects.get_or_create(
        account_id=job.account_id, job_id=job.id, name=name, defaults={"counts": {}}
    )
    parts = move.known.all_of("list") if "{list}" in step.path else [""]
    while not state.done:
        part, _, path = state.cursor.partition(" ")
        part = part if state.cursor else (parts[0] if parts else "")
        if not parts:
            state.done = True
            state.save(update_fields=["done"])
            break
        try:
            first = step.path.replace("{list}", part)
            page = source.page(path) if path else source.page(first, **step.query)
        except Refused as problem:
            leave_step(state, str(problem))
            return
        with transaction.atomic():
            result = step.carry(replace(move, now=now()), page, part)
            advance(state, result, cursor=following(parts, part, page.next))
            keep_alive(job, now(), rows=job.rows + len(page.rows))
        job.rows += len(page.rows)


def following(parts: Sequence[str], part: str, next_path: str) -> str | None:
    """Where the page after this one is; None after the last."""
    if next_path:
        return f"{part} {next_path}"
    later = [one for one in parts if one > part]
    return f"{later[0]} " if later else None


def advance(state: MoveStep, result: Result, *, cursor: str | None) -> None:
    counts = Counter({name: count for name, count in state.counts.items() if name != "reasons"})
    counts.update(result.counts)
    reasons = Counter({one["reason"]: one["count"] for one in state.counts.get("reasons", ())})
    reasons.update(result.reasons)
    told = [{"reason": reason, "count": count} for reason, count in reasons.most_common(carrying.MOST_REASONS)]
    state.counts = {**{name: count for name, count in counts.items() if count}, "reasons": told}
    state.done, state.cursor = cursor is None, cursor or ""
    state.save(update_fields=["counts", "done", "cursor"])


def leave_step(state: MoveStep, reason: str) -> None:
    state.counts = {**state.counts, "reasons": [*state.counts.get("reasons", ()), {"reason": reason, "count": 1}]}
    state.done = True
    state.save(update_fields=["counts", "done"])
