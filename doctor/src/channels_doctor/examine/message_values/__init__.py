"""The kinds of values, and what the channel layer and JSON cannot carry.

- kinds.py: the kinds, and the functions and the fields that give them.
- value_kinds.py: the kind of an expression; project_values.py: those of a whole project.
- name_kinds.py, call_kinds.py, query_kinds.py, class_kinds.py: of names, calls, queries, classes.
- model_values.py, field_kinds.py: of the attributes of model instances.
- scope.py, call_sites.py: where names and parameters get their values.
- lookups.py: what these modules use of each other.
- group_strings.py: the strings that name a group; string_parts.py: their literal parts.
- joined_groups.py, group_members.py: the groups that consumers join, and who is in one.
- user_names.py: the names of users.
- uncarried.py: the parts of a message that cannot be carried.
"""
