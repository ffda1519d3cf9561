"""A folder of files looked through: what each is, what it may be used as, and a project file that says so."""
