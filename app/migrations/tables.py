"""Every table of the application, imported so that the metadata is whole; and which of them only grow."""

from sqlmodel import SQLModel

import app.accounts.models
import app.audit
import app.contests.models
import app.files.models
import app.issues.models
import app.judging.models
import app.publishing.models
import app.results.models
import app.sync.models  # noqa: F401

METADATA = SQLModel.metadata

APPEND_ONLY = (
    "audit",
    "recusal",
    "attendance",
    "arrival",
    "sheet_revision",
    "paper_typing",
    "paper_match",
    "decision",
    "collection",
    "stop_lock",
    "stored_file",
    "finding",
    "issue_list",
    "issue",
    "finding_left_out",
    "opening",
    "seal",
    "counter_signature",
    "approval",
    "publication",
    "county_result",
)
