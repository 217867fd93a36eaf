"""征集材料: until when units hand in files for the entries of a component, how many and how large.

Reads and writes calls, which are only ever followed by later ones; the newest of a component holds.
"""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from app.audit import append, lock, now
from app.contests import queries
from app.contests.models import MaterialCall
from app.errors import AppError
from app.reasons import reason_in
from scoring.scheme import Scheme

MOST_FILES, MOST_MB = 50, 2000


class NoSuchPart(AppError):
    """No component of that name is marked by judges."""

    code = "material.no_such_part"
    status = 404


def material_calls(session: Session, contest_id: str) -> dict[str, MaterialCall]:
    """The call that holds, by component."""
    rows = select(MaterialCall).where(MaterialCall.contest_id == contest_id).order_by(col(MaterialCall.version))
    return {row.component: row for row in session.exec(rows)}


def call_for(
    session: Session, actor: str, *, contest_id: str, component: str, due_at: str, limits: Mapping[str, int],
    reason: str = "",
) -> int:  # fmt: skip
    """Ask for material until ``due_at`` (UTC, as stored), or change what was asked; returns the call's version.

    ``limits``: most_files, document_mb, video_mb. Raises NoSuchPart, ReasonMissing.
    """
    head = lock(session, contest_id)
    if component not in callable_parts(queries.scheme(session, contest_id)):
        raise NoSuchPart
    before = material_calls(session, contest_id).get(component)
    why = reason_in(reason, needed=before is not None)
    facts = {"due_at": due_at, **limits, "reason": why}
    rev = append(session, head, actor, "call_for_material", subject=component, payload=facts).rev
    version = before.version + 1 if before else 1
    session.add(
        MaterialCall(
            contest_id=contest_id, component=component, version=version, rev=rev, due_at=due_at, reason=why,
            by_person=actor, at=now(), **limits,
        )
    )  # fmt: skip
    session.flush()
    return version


def callable_parts(scheme: Scheme) -> list[str]:
    """The components for whose entries material can be called: those that judges mark."""
    return [part.id for part in scheme.components if part.source == "marks"]
