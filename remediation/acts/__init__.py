"""What may be done in this room: each act with its check, its body and the words on its button."""
