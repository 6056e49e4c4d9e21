"""Python sources: modules, names, values, calls, and the data that flows between them."""
