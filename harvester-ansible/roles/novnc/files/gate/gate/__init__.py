"""The gate of the desktop: authentication, throttling of failed logins, and records of sessions."""
