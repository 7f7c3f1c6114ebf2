"""What each command of the command line does, beside its name, help and arguments."""
