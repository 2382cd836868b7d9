"""CCR CSR's support inside a factory: let in by its owner, in one role, for hours; seen by both sides; over by itself."""
