"""The year of a Brazilian shop: how busy each day is, and a clock that runs with it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
WEEKDAYS = (0.82, 0.86, 0.92, 0.98, 1.22, 1.50, 0.70)
HOURS = (0, 0, 0, 0, 0, 0, 0, 1, 3, 7, 9, 10, 11, 9, 8, 8, 9, 11, 13, 11, 8, 4, 2, 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth given weekday (Monday is 0) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def feasts(year: int) -> tuple[tuple[date, int, float], ...]:
    """(day, days of run-up, how many times busier at the peak) of the dates that move Brazilian retail."""
    black_friday = nth_weekday(year, 11, 3, 4) + timedelta(days=1)
    return (
        (date(year, 3, 8), 5, 1.25),  # Dia da Mulher
        (nth_weekday(year, 5, 6, 2), 12, 1.9),  # Dia das Mães
        (date(year, 6, 12), 8, 1.5),  # Dia dos Namorados
        (nth_weekday(year, 8, 6, 2), 8, 1.3),  # Dia dos Pais
        (date(year, 10, 12), 7, 1.15),  # Dia das Crianças
        (black_friday, 4, 3.0),
        (date(year, 12, 24), 23, 2.4),  # Natal
    )


def day_factor(day: date) -> float:
    """How busy a day is, before the whole calendar is brought to a mean of 1."""
    if (day.month, day.day) in {(1, 1), (12, 25)}:
        return 0.02
    factor = WEEKDAYS[day.weekday()] * (1.12 if 5 <= day.day <= 9 else 1.0)  # payday
    for feast, run_up, peak in feasts(day.year):
        before = (feast - day).days
        if 0 <= before <= run_up:
            factor *= 1 + (peak - 1) * (1 - before / (run_up + 1))
    return factor * (0.85 if day.month in (1, 2) else 1.0)


class Season:
    """A clock on which purchases are a plain Poisson process: it runs faster on busy days.

    Times are float days since `start`; one year beyond `until` is covered, for what happens next.
    """

    def __init__(self, start: date, until: date) -> None:
        self.start, self.until = start, until
        self.days = (until - start).days + 1
        factors = np.array([day_factor(start + timedelta(days=n)) for n in range(self.days + 366)])
        factors /= factors[: self.days].mean()
        self._clock = np.concatenate([[0.0], np.cumsum(factors)])
        self._days = np.arange(len(self._clock), dtype=np.float64)

    def clock(self, day: Floats | float) -> Floats:
        """The season's clock at a calendar time."""
        return np.asarray(np.interp(day, self._days, self._clock), dtype=np.float64)

    def calendar(self, clock: Floats) -> Floats:
        """The calendar time at which the season's clock shows this."""
        return np.asarray(np.interp(clock, self._clock, self._days), dtype=np.float64)

    def instants(self, days: Floats, hours: Floats) -> npt.NDArray[np.datetime64]:
        """Local time stamps to the second: the day from `days`, the hour from uniform draws `hours`."""
        cumulated = np.concatenate([[0.0], np.cumsum(HOURS) / np.sum(HOURS)])
        seconds = (np.interp(hours, cumulated, np.arange(25)) * 3600).astype(np.int64)
        whole = np.floor(days).astype(np.int64)
        return np.datetime64(self.start, "s") + whole * 86_400 + np.minimum(seconds, 86_399)
