"""Streets as arrays: the network, its graph, gates that part it, links that are added."""
