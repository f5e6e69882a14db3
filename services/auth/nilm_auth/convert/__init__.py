"""Between messages and the domain; what is out of bounds is named by its field."""
