"""What the user says of a file no format knows: `columns.yml`, and its first draft."""
