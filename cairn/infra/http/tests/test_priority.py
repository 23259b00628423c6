"""Web processes and the processors they run on."""

import multiprocessing
import os
from multiprocessing.connection import Connection

import pytest

from cairn.infra.http.priority import come_first, own_processors

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system assigns no processors")


def test_as_many_processes_as_processors_have_one_each() -> None:
    processors = sorted(os.sched_getaffinity(0))
    assert own_processors(len(processors)) == processors


def test_fewer_or_more_go_where_there_is_room() -> None:
    number = len(os.sched_getaffinity(0))
    assert own_processors(number + 1) == [None] * (number + 1)
    assert own_processors(number - 1) == [None] * (number - 1)


@pytest.mark.parametrize("is_given", [True, False])
def test_a_process_keeps_to_what_it_was_given(is_given: bool) -> None:
    processors = os.sched_getaffinity(0)
    given = min(processors) if is_given else None
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=tell, args=(given, theirs))
    process.start()
    affinity, session = ours.recv()
    process.join()
    assert affinity == ({given} if is_given else processors)
    assert session == process.pid


def tell(processor: int | None, pipe: "Connection[object, object]") -> None:
    come_first(processor)
    come_first(processor)  # Being first already is no failure.
    pipe.send((os.sched_getaffinity(0), os.getsid(0)))
