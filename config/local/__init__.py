"""The launcher behind the Makefile: brings the servers that the demo and the tests need, and looks after them.

Wiring only: it knows the commands of the product, none of its code.
"""
