"""HTTP: the door for platforms, the console, the public pages."""
