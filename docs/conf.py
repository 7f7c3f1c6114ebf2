"""How Sphinx makes a site of these pages: `python -m sphinx -W -n -c docs . build/site`."""

from xlperf.version import VERSION

project = "xlperf"
release = VERSION
root_doc = "docs/contents"
include_patterns = ["CHANGELOG.md", "CONTRIBUTING.md", "README.md", "docs/**"]
exclude_patterns = [".*", "build", "xlperf", "tests", "workbook", "templates"]
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"xlperf {VERSION}"
