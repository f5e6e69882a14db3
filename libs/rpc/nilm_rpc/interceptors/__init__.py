"""What happens around every RPC, from outside in.

observe, errors, authenticate, limit, authorise, repeat, deadline.
"""
