"""Ask French press dispatches; every answer is a literal, cited span or an honest abstention."""

__version__ = "0.1.0"
