"""Clocks of the law: calendar days, and business days between weekends and national holidays.

The day on which something happened is not counted, the last day is (Lei 9.784/1999, art. 66; Código Civil,
art. 132).
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ANSWER_DAYS = 15  # LGPD art. 19, II: the clear and complete declaration
ALERT_DAYS = 10  # of those fifteen: ours, so that nobody is surprised
REPORT_BUSINESS_DAYS = 3  # Res. CD/ANPD 15/2024, arts. 6 and 9: from knowing of the incident
COMPLEMENT_BUSINESS_DAYS = 20  # Res. CD/ANPD 15/2024, art. 6, § 3: from the communication
SATURDAY = 5

FIXED: tuple[tuple[int, int, int, StrPromise], ...] = (
    (1, 1, 1949, _("Universal fraternisation")),  # Lei 662/1949, art. 1, as Lei 10.607/2002 words it
    (4, 21, 1949, _("Tiradentes")),
    (5, 1, 1949, _("Labour day")),
    (9, 7, 1949, _("Independence of Brazil")),
    (10, 12, 1980, _("Our Lady of Aparecida")),  # Lei 6.802/1980
    (11, 2, 1949, _("All Souls")),
    (11, 15, 1949, _("Proclamation of the Republic")),
    (11, 20, 2024, _("Day of Zumbi and of Black Awareness")),  # Lei 14.759/2023, in force from 2024 on
    (12, 25, 1949, _("Christmas")),
)
"""(month, day, first year counted here, name) of the national holidays with a day of their own."""


@cache
def national_holidays(year: int) -> dict[dt.date, StrPromise]:
    """The days of a year on which nothing is due, with their names.

    Good Friday is in the yearly list of national holidays of the federal government (a religious day, Lei
    9.093/1995, art. 2). Carnival and Corpus Christi are only optional days off there: here they count as
    business days, which makes a deadline earlier, never later.
    """
    days = {dt.date(year, month, day): name for month, day, since, name in FIXED if year >= since}
    days[easter(year) - dt.timedelta(days=2)] = _("Good Friday")
    return dict(sorted(days.items()))


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm, Nature, 20 April 1876)."""
    century, rest = divmod(year, 100)
    leap, left = divmod(century, 4)
    moon = (19 * (year % 19) + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    quarter, odd = divmod(rest, 4)
    week = (32 + 2 * left + 2 * quarter - moon - odd) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def is_business_day(day: dt.date) -> bool:
    return day.weekday() < SATURDAY and day not in national_holidays(day.year)


def after_calendar_days(day: dt.date, count: int) -> dt.date:
    """The last day of so many calendar days; a weekend does not make it later (the person's right first)."""
    return day + dt.timedelta(days=count)


def after_business_days(day: dt.date, count: int) -> dt.date:
    """The last day of so many business days counted from the one after `day`."""
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_business_day(day)
    return day


def answer_due(received: dt.date, *, simplified: bool = False, small_agent: bool = False) -> dt.date:
    """The last day to answer a data subject: at once when simplified, else in 15 days.

    A small agent has twice the time, and 15 days for what is simplified (Res. CD/ANPD 2/2022, arts. 14, III,
    and 15).
    """
    if simplified:
        return after_calendar_days(received, ANSWER_DAYS if small_agent else 0)
    return after_calendar_days(received, ANSWER_DAYS * (2 if small_agent else 1))


def alert_due(received: dt.date, due: dt.date) -> dt.date:
    """The day from which a request is shown as urgent: at two thirds of its time."""
    return received + (due - received) * ALERT_DAYS // ANSWER_DAYS


def report_due(known: dt.date, *, small_agent: bool = False, endangers: bool = False) -> dt.date:
    """The last day to tell the ANPD and the people of an incident.

    Twice the time for a small agent, unless it may endanger the people's bodily or moral integrity (Res.
    CD/ANPD 2/2022, art. 14, II).
    """
    doubled = small_agent and not endangers
    return after_business_days(known, REPORT_BUSINESS_DAYS * (2 if doubled else 1))


def complement_due(reported: dt.date, *, small_agent: bool = False) -> dt.date:
    """The last day to complete what was told to the ANPD in the first communication."""
    return after_business_days(reported, COMPLEMENT_BUSINESS_DAYS * (2 if small_agent else 1))


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later (negative: earlier), or that month's last day."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    last = (dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))
