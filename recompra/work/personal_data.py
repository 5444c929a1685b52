"""What this floor holds about people: nothing. Arguments of work are ids, and errors are scrubbed.

The columns of `Due` are in every kind of work; they are declared here once.
"""

NOT_PERSONAL = frozenset(
    (
        "work.Tick.name",
        "work.Worker.owner",
        "work.Due.status",
        "work.Due.owner",
        "work.Due.error",
        "work.Due.progress_phase",
    )
)
