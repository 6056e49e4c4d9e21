"""Find what is wrong with a Django Channels project, and what fixes it.

The command (`cli`, `run`) finds the project and its Python (`project_location`, `project_python`),
examines it (`examination`), and prints the findings (`reports`) or fixes them (`fixes`). An
examination has three parts:

- `inspector` imports the project in its own Python, and reads what Django loaded.
- `live` connects WebSocket clients to the project's server, or to a deployment.
- `examine` parses the sources, and applies the rules to them and to what the others observed.

`in_project` is the code that runs together with the project's. `support` is shared with the
commands of chanscaffold.
"""

__version__ = "0.1.0"
