"""xlperf: from the data sheets of a police and crime plan dashboard to coloured tiles that explain themselves.

Data flows one way: excel -> tables -> assess (stats) -> tiles -> excel. ``pipeline`` shows the whole program.
"""

__version__ = "0.1.0"
