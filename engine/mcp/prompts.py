"""Prompts for two common jobs: one's own job from a pasted text, and a team from a staff list."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS
from pydantic import Field

from engine.mcp import limits

_RULES = """\
Rules for the answer:
- Give each risk as a percentage with its interval, and name the reference corpus.
- Show the evidence for the two or three tasks that matter most: similar tasks and their ratings.
- Say once, plainly: risk is the potential of software, not of robots, to do the work. It is not a \
forecast of job loss.
- Say where a score has little support (unlike_reference), or where raters disagree.
- Do not invent numbers, and do not judge any person."""

_ASSESS = """\
Assess a job from the text between the lines below: an advert, a resume or a list of duties.

1. Call score_posting with the text unchanged. Check left_out: if a line there is a task, tell me.
2. Say what the job looks like (looks_like), its risk, and which tasks carry most of it. For each, \
say what software could take over, what AI can help with, and what stays human.
3. Call similar_careers with the code of looks_like. Name up to three careers, with what carries \
over, what is new, and pay and outlook. If none passes, say what comes close and why it fails.
4. End with two or three things that I can do, each tied to tasks of the job.

{rules}

---
{text}
---"""

_PLAN = """\
Plan for a team from the staff list between the lines below.{goal}

1. Leave out names and anything else about persons. Call score_workforce with csv or rows. Set \
show_small only if I own the list and need groups of fewer than five people.
2. Tell me how the list was read (decisions). Show me the unresolved titles with their \
suggestions, and ask me to confirm them. Then call again with confirmed.
3. Report the total, departments and jobs with their intervals, and what rests on unsure titles.
4. From top_tasks, propose which work to give to software first, which to support with AI, and \
which to keep. For the jobs that change most, call similar_careers for moves within reach.
5. State plainly that the figures describe jobs by their usual tasks, and no person. They must not \
be used to select people.

{rules}

---
{staff_list}
---"""


def add_prompts(server: MCPServer[Any]) -> None:
    """Add the prompts to a server."""

    @server.prompt(title="Assess my job from a pasted advert")
    def assess_job(
        text: Annotated[
            str,
            Field(
                description="Advert, resume or list of duties, at most "
                f"{limits.MAX_POSTING_CHARACTERS:,} characters."
            ),
        ],
    ) -> str:
        """Read a pasted advert, resume or list of duties: risk by task, and careers from there."""
        _check("text", text, limits.MAX_POSTING_CHARACTERS)
        return _ASSESS.format(rules=_RULES, text=text)

    @server.prompt(title="Plan for a team from a staff list")
    def plan_team(
        staff_list: Annotated[
            str,
            Field(
                description="Staff list as CSV or one job title per line, without names, at most "
                f"{limits.MAX_STAFF_CHARACTERS:,} characters."
            ),
        ],
        goal: Annotated[str, Field(description="What the plan is for; may be empty.")] = "",
    ) -> str:
        """Score a staff list, clear up its titles, and plan which work changes first."""
        _check("staff_list", staff_list, limits.MAX_STAFF_CHARACTERS)
        _check("goal", goal, limits.MAX_POSTING_CHARACTERS)
        aim = f" The plan is for: {goal.strip()}" if goal.strip() else ""
        return _PLAN.format(rules=_RULES, staff_list=staff_list, goal=aim)


def _check(name: str, text: str, limit: int) -> None:
    """Check an argument of a prompt.

    Raises:
        MCPError: if it is blank where it is needed, or too long.
    """
    fault = ""
    if not text.strip() and name != "goal":
        fault = f"{name} is blank; paste the text"
    elif len(text) > limit:
        fault = f"{name} has {len(text):,} characters, more than {limit:,}; shorten it"
    if fault:
        raise MCPError(code=INVALID_PARAMS, message=fault)
