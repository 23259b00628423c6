"""What properties do about facts."""

from cairn.domains.properties import actions
from cairn.domains.properties.contracts import WorkWanted
from cairn.kernel import clock
from cairn.kernel.scope import Scope


def work(scope: Scope, fact: WorkWanted) -> None:
    """One batch of a job. It runs in the transaction that takes the fact, so each batch counts once."""
    actions.work(scope, fact.job_id, now=clock.now())
