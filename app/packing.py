"""Answers compressed on the way.

Reads and writes nothing. The length of a compressed answer can give away a secret that stands in it beside what an
attacker puts there (BREACH). So this is for answers that repeat nothing of the request, nor of what anybody but the
organiser has written; pages are sent as they are.
"""

import gzip

from fastapi import Request
from fastapi.responses import Response


def packed(request: Request, answer: Response) -> Response:
    """``answer`` compressed, where the browser takes that."""
    answer.headers.add_vary_header("Accept-Encoding")
    if "gzip" in request.headers.get("accept-encoding", ""):
        answer.body = gzip.compress(bytes(answer.body), mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(answer.body))
    return answer
