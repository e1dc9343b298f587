"""How results are shown: numbers in words, HTML for notebooks, and plots of plain values."""
