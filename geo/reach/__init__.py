"""The ground that is reached on foot, as polygons."""
