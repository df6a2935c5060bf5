"""Compile what builds the addresses of each route once in a process; importing this module installs that.

A server makes one application, tests make hundreds, and nearly all of the work is to compile the same functions anew.
"""

from functools import wraps

from werkzeug.routing import Rule

_compile = Rule._compile_builder
_BUILDERS = {}


@wraps(_compile)
def _compiled_once(rule, append_unknown=True):
    # The function asks the rule that it is given for its converters; only a default is written into it.
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _compile(rule, append_unknown)
    return _BUILDERS[key]


Rule._compile_builder = _compiled_once
