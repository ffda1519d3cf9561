"""What comes in: read, check, repair, classify; coordinate systems; standards; samples."""
