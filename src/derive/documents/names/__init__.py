"""What letters are: names with their scripts, the symbol table, scope, and a first look over the note."""
