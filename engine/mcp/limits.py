"""The largest arguments and results of the tools.

A model reads every result, and clients cut results of more than some 100,000 characters. So these
limits are far below those of the engine. Larger jobs belong on the command line.
"""

from __future__ import annotations

MAX_QUERY_CHARACTERS = 200
"""Characters of a search text, a code or the title of a job."""

MAX_FOUND = 50
"""Occupations that a search returns."""

MAX_TASKS = 100
"""Tasks in a call. Occupations have ten to sixty."""

MAX_EVIDENCE = 5
"""Reference tasks shown for a task."""

MAX_POSTING_CHARACTERS = 50_000
"""Characters of a pasted text."""

MAX_LEFT_OUT = 50
"""Lines of a pasted text that are shown as no task."""

MAX_TITLES = 200
"""Job titles in a call."""

MAX_STAFF_ROWS = 2_000
"""Rows of a staff list."""

MAX_STAFF_FIELDS = 40
"""Columns of a staff list."""

MAX_STAFF_CHARACTERS = 500_000
"""Characters of a staff list."""

MAX_GROUPS = 50
"""Departments, jobs, tasks and titles of a staff list that a result shows, of each."""

MAX_CAREERS = 20
"""Careers or paths in a result."""

TASKS_OF_MOVE = 2
"""Shared tasks, and new tasks, shown for a move to another career."""
