"""Backup and restore: everything the server keeps in one file, and back; see docs/backup.md."""
