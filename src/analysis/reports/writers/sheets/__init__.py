"""How do tables stand in a workbook? Cells and sheets."""
