"""A request that cannot be served, as a code, a status and particulars; the sentence stands in the catalogues.

Reads and writes nothing. Never holds prose, and never a trace of the program.
"""

from collections.abc import Mapping
from typing import ClassVar

from scoring.faults import Fault, Param


class AppError(Exception):
    """Raised where a deed cannot be done. A subclass stands beside the deed that raises it."""

    code: ClassVar[str] = "page.broken"
    status: ClassVar[int] = 500

    def __init__(self, params: Mapping[str, Param] | None = None) -> None:
        self.params = dict(params or {})
        super().__init__(self.code)

    @property
    def fault(self) -> Fault:
        return Fault(self.code, self.params)

    @property
    def headers(self) -> dict[str, str]:
        """Those a program goes by: when to come again, where the particulars say it."""
        if "seconds" in self.params:
            return {"Retry-After": str(self.params["seconds"])}
        return {"Retry-After": str(int(self.params["minutes"]) * 60)} if "minutes" in self.params else {}


class NotFound(AppError):
    code = "page.not_found"
    status = 404


class WrongMethod(AppError):
    code = "page.wrong_method"
    status = 405


class TooLarge(AppError):
    """``limit`` is in megabytes, as people say it."""

    code = "page.too_large"
    status = 413


class Unreadable(AppError):
    code = "page.unreadable"
    status = 422


class ForeignOrigin(AppError):
    """A form on somebody else's page was sent to us in the reader's name."""

    code = "page.foreign_origin"
    status = 403


class WrongHost(AppError):
    """Asked under a name that is not ours; ``address`` is the operator's, never the sender's."""

    code = "page.wrong_host"
    status = 421


class Unavailable(AppError):
    """The database is busy or out of reach."""

    code = "page.unavailable"
    status = 503


class Broken(AppError):
    """Our own mistake."""

    code = "page.broken"
    status = 500
