"""How the actions of a flow lead to each other: which links there are, and what a way through them must be."""

from collections.abc import Callable, Iterator, Mapping

from msgspec import UNSET

from cairn.domains.flows.steps import Action, Fork, Line, Link, MultiBranchSplit, Ways
from cairn.kernel.errors import Invalid


def complete(action: Action) -> None:
    """Links that were left out end the way."""
    if isinstance(action, Line) and action.links is UNSET:
        action.links = Link()
    if isinstance(action, Fork) and action.links is UNSET:
        action.links = Ways(None, None)


def joints(action: Action) -> list[tuple[str, Link | Ways]]:
    """The objects that hold an action's links, with their JSON pointers inside it."""
    if isinstance(action, MultiBranchSplit):
        return [(f"/data/branches/{place}/links", branch.links) for place, branch in enumerate(action.data.branches)]
    return [("/links", action.links)] if isinstance(action.links, Link | Ways) else []


def ways(action: Action) -> Iterator[tuple[str, str | None]]:
    """Where an action leads to, each way with its JSON pointer; None ends."""
    for at, joint in joints(action):
        for name in joint.__struct_fields__:
            yield f"{at}/{name}", getattr(joint, name)


def redirect(action: Action, leads: Callable[[str], str | None]) -> None:
    """Let each way of an action lead where `leads` says in place of where it did."""
    for _, joint in joints(action):
        for name in joint.__struct_fields__:
            target = getattr(joint, name)
            if target is not None:
                setattr(joint, name, leads(target))


def check(actions: Mapping[str, tuple[str, Action]]) -> None:
    """Actions by id, each with its JSON pointer: their links lead to one another, and never back. Raises Invalid."""
    for at, action in actions.values():
        for place, target in ways(action):
            if target is not None and target not in actions:
                raise Invalid(
                    f"There is no action '{target[:80]}' in this flow. Name another one, or null to end here.",
                    pointer=at + place,
                )
    done: set[str] = set()
    for start in actions:
        check_from(start, actions, done)


def check_from(start: str, actions: Mapping[str, tuple[str, Action]], done: set[str]) -> None:
    """Walks all ways from an action; `done` are those whose ways are known to end."""
    above, path = {start}, [(start, ways(actions[start][1]))]
    while path:
        here, open_ways = path[-1]
        place, target = next(open_ways, ("", None))
        if not place:
            path.pop()
            above.discard(here)
            done.add(here)
        elif target in above:
            raise Invalid(
                "This leads back to an action before it: a flow never goes in a circle.",
                pointer=actions[here][0] + place,
            )
        elif target is not None and target not in done:
            above.add(target)
            path.append((target, ways(actions[target][1])))


def check_reached(entry: str | None, actions: Mapping[str, tuple[str, Action]], entry_at: str) -> None:
    """Every action is on a way from the entry. Raises Invalid."""
    if entry is None and not actions:
        return
    if entry is None or entry not in actions:
        raise Invalid("Name the action that the flow begins with.", pointer=entry_at)
    reached, waiting = set[str](), [entry]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += [target for _, target in ways(actions[here][1]) if target is not None]
    for name, (at, _) in actions.items():
        if name not in reached:
            raise Invalid("No way leads to this action. Link to it, or leave it out.", pointer=at)
