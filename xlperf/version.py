"""The version, apart from the package's face, which knows everything."""

VERSION = "0.1.0"
