"""xlperf inside Excel for Windows, Mac and the web, with Python in the add-in xlwings Lite: see
docs/lite.md.

`main.py` is what a user pastes into the add-in. Only NumPy is needed there; SciPy is loaded for
data that need it.
"""
