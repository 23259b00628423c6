"""Filters on dates. Dates arrive as text from shops; those with a zone are shown in the account's."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timesince
from django.utils.dateformat import format as format_date
from django.utils.dateformat import time_format

from cairn.domains.templates.dialect.data import moment, number
from cairn.domains.templates.dialect.environment import Environment


def local(value: Any, environment: Environment) -> datetime | date:
    found = moment(value)
    if isinstance(found, datetime) and found.tzinfo is not None:
        return found.astimezone(environment.now.tzinfo)
    return found


def whole(value: Any, environment: Environment) -> datetime:
    """A moment with the account's zone, midnight where only a day is given."""
    found = local(value, environment)
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day, tzinfo=environment.now.tzinfo)
    return found if found.tzinfo is not None else found.replace(tzinfo=environment.now.tzinfo)


def needs_environment(function: Callable[..., Any]) -> Callable[..., Any]:
    function.needs_environment = True  # type: ignore[attr-defined]
    return function


@needs_environment
def parsed(value: Any, form: Any = "", *, environment: Environment) -> datetime | date:
    if form:
        return datetime.strptime(str(value), str(form)[:64])  # noqa: DTZ007 - the form decides on the zone
    return local(value, environment)


@needs_environment
def formatted(value: Any, form: Any = "N j, Y", *, environment: Environment) -> str:
    if value in ("", None):
        return ""
    found = local(value, environment)
    return format_date(found, str(form)[:200])


@needs_environment
def clock(value: Any, form: Any = "P", *, environment: Environment) -> str:
    return time_format(whole(value, environment), str(form)[:200])


@needs_environment
def days_later(value: Any, days: Any, *, environment: Environment) -> datetime | date:
    return local(value, environment) + timedelta(days=int(number(days)))


@needs_environment
def days_since(value: Any, *, environment: Environment) -> int:
    return (environment.now - whole(value, environment)).days


@needs_environment
def weeks_since(value: Any, *, environment: Environment) -> int:
    return (environment.now - whole(value, environment)).days // 7


@needs_environment
def time_since(value: Any, other: Any = None, *, environment: Environment) -> str:
    until = whole(other, environment) if other else environment.now
    return timesince.timesince(whole(value, environment), until)


@needs_environment
def time_until(value: Any, other: Any = None, *, environment: Environment) -> str:
    since = whole(other, environment) if other else environment.now
    return timesince.timeuntil(whole(value, environment), since)


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "date": formatted,
    "datetime_from_string": parsed,
    "days_later": days_later,
    "days_since": days_since,
    "format_date_string": parsed,
    "time": clock,
    "timesince": time_since,
    "timeuntil": time_until,
    "weeks_since": weeks_since,
}
