"""What this room tells. Ids only."""

NOTIFICATION_OPENED = "remediation.notification-opened"  # notification
PUBLISHED = "remediation.published"  # publication
OPENED = "remediation.opened"  # remediation
CLOSED = "remediation.closed"  # remediation
