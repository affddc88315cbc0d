"""What was once recorded stays: rows are added, corrected in some columns, and never removed.

Of a document, what was kept as it was found (its file, its digest) is written once.
"""

from django.db import migrations

from foundation.accounts.database_roles import append_only, kept_but

VERSIONED = ("version", "updated_at")


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_evidence")]
    operations = [
        *kept_but("sources_compartment", "name", "updated_at"),
        *kept_but(
            "sources_source",
            "name", "kind", "reliability", "agenda", "country_id", "compartment_id", *VERSIONED,
        ),
        *kept_but(
            "sources_document",
            "source_id", "title", "url", "archived_url", "holder", "reference", "published_on", "accessed_on",
            "compartment_id", *VERSIONED,
        ),
        *kept_but("sources_citation", "place", "quote", *VERSIONED),
        *kept_but("sources_support", "until_version"),
        *kept_but(
            "sources_conflict", "accepted", "settled_reason", "settled_by_id", "settled_at", "version"
        ),
        *append_only("sources_written"),
    ]  # fmt: skip
