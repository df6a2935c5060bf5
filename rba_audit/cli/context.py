"""Context of a command: files around the sites, and the map layers of a register."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rba_audit.auditing import context_of_register
from rba_audit.cli.options import layer_files
from rba_audit.layers import ContextFeature, read_context
from rba_audit.messages import Message, say
from rba_audit.register import Register
from rba_audit.standard.policies import Policies


def context_of(options: argparse.Namespace, sentences: list[Message] | None = None) -> tuple[ContextFeature, ...]:
    """Read the context files and print their warnings to stderr; the warnings are also appended to `sentences`."""
    warnings: list[Message] = []
    features = read_context(options.context, warnings.append, layers=layer_files(options))
    for sentence in warnings:
        print(f"{say('note')}: {sentence}", file=sys.stderr)
    if sentences is not None:
        sentences.extend(warnings)
    return features


def context_with_layers(
    register: Register, files: Sequence[ContextFeature], policies: Policies
) -> tuple[ContextFeature, ...]:
    """Return the features of files and of the register's current map layers; layers that cannot be used go to stderr."""

    def warn(sentence: Message) -> None:
        print(f"{say('note')}: {sentence}", file=sys.stderr)

    return context_of_register(register, files, policies, warn)
