"""Building blocks of architectures that slide: what they answer depends on nothing but the window.

Each answers only where all that it looks at is there: of L samples it leaves out its reach on both
sides. So a network made of them gives for an interval what it gives for each of its windows.
"""
