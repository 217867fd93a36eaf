"""A moment as people at the contest read it on their watches.

Reads and writes nothing.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def local(at: str, zone: str) -> str:
    """``at`` (UTC, as it is stored) in the contest's own time zone: 11-21 16:02. Empty stays empty."""
    if not at:
        return ""
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M")


def later(at: str, seconds: int) -> str:
    """The moment so many seconds after ``at``, as moments are stored."""
    moment = datetime.fromisoformat(at) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def clock_time(at: str, zone: str) -> str:
    """``at`` as hours, minutes and seconds: 16:02:31. Empty stays empty."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(zone)).strftime("%H:%M:%S") if at else ""
