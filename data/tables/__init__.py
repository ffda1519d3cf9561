"""Make sense of tables people typed: headings, values, names, ledgers."""
