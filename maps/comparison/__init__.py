"""What has changed between two results."""
