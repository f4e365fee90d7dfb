"""How is a report set as a Word text? Fields, prose, tables and styles of its own."""
