"""How dates are written in forms, where a language's own way differs from the rest of the pages."""
