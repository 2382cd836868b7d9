"""The API for the factory's own programs: the roster and the departments, to read and to write."""
