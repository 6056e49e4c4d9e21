"""The rules. Each rule is a module, and has a page of the same name beside it.

The module
    - has the title of the page as its docstring, `SEVERITY`, `DEPTH`, `SYMPTOM` and `check()`.
    - yields messages of one or two sentences, with a full stop and at most about 160 characters:
      what is wrong, where, and what to do. Code is in backquotes.

The page has these parts, in this order:
    - `# Title`: what is wrong, in one sentence without a full stop.
    - `## Symptom`: what a developer sees, with the exact error text or close code.
    - `## Cause`: why it happens.
    - `## Fix`: diffs with the paths of their files as titles. They are the tests of the rule: the
      rule must report the lines with a minus, and nothing in the lines with a plus.
    - `## When it does not apply`: the code that the rule ignores, if there is any.
    - `## Severity`: the conditions that change the severity, if there are any.
    - `## Sources`: links to documentation.
"""
