"""Building blocks of architectures that slide: what they answer depends on nothing but the window.

Each takes (B, C, L) and gives (B, C', L - reach), for it answers only where all that it looks at is
there. So a network made of them gives for an interval what it gives for each of its windows.
"""
