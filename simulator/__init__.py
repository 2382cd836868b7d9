"""A small stand-in for WeChat over real HTTP: API, OAuth pages, callbacks and a phone in the browser.

It knows nothing of the product; see README.md in this folder.
"""
