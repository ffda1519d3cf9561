"""How far the works are: the projects of a plan, and the sheets in which their state is reported."""
