"""What is needed around the package: to set up, to lock, to judge."""
