"""What is worked out: walking network, access, gaps, contiguity, clusters."""
