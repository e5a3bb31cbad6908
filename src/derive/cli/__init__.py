"""The command line. Importing it imports click and nothing heavier; each command is loaded when it is called."""
