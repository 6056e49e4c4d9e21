"""What the names of a project stand for, across its modules.

A `Resolver` answers three questions about an expression in a module:

- names.py: which function, class or assignment does it name?
- values.py: which expression was assigned to it?
- classes.py: which classes does a class inherit from, and which function does a call run?

It follows imports between the project's modules, relative ones and `from … import *` included.
What another package defines has no definition here; `Module.full_name()` tells its full name.
"""
