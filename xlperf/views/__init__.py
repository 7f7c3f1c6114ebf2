"""The dashboard on a page for a browser, and lines on a page or a picture: made from values; they
decide nothing and load nothing.
"""
