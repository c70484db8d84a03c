"""The stand-alone program: settings, the building of everything, HTTP and Socket Mode."""
