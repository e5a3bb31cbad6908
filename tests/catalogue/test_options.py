"""The options of a page. What is refused, and with which words, is in tests/cli/test_errors.py."""

from __future__ import annotations

import pytest

from derive.catalogue.options import MAX_LAYERS, PageOptions, parse_layers, parse_sizes, split_list


def test_defaults():
    options = PageOptions.parse()
    assert options == PageOptions()
    assert (options.layers, options.hidden, options.output) == (2, ("sigmoid",), None)


@pytest.mark.parametrize(("text", "layers"), [("1", 1), ("1000", MAX_LAYERS), (" 3 ", 3), ("L", "L"), ("007", 7)])
def test_layers(text, layers):
    assert parse_layers(text) == layers


def test_sizes():
    assert parse_sizes("3, 4,1") == (3, 4, 1)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("tanh", ("tanh",)),
        ("tanh, relu", ("tanh", "relu")),
        ("maximum(z, 0)", ("maximum(z, 0)",)),
        ("maximum(z, 0), where(z, [1, 2], 3)", ("maximum(z, 0)", "where(z, [1, 2], 3)")),
        (",", ("", "")),
        ("(" * 10_000, ("(" * 10_000,)),
    ],
)
def test_list(text, entries):
    assert split_list(text) == entries


def test_sizes_imply_the_layers():
    assert PageOptions.parse(sizes="3,4,5,1").layers == 3
    assert PageOptions.parse(sizes="3,4,5,1") == PageOptions.parse(layers="3", sizes="3,4,5,1")


@pytest.mark.parametrize(
    ("layers", "activation", "each"),
    [
        ("3", None, ["sigmoid", "sigmoid", None]),
        ("3", "tanh", ["tanh", "tanh", None]),
        ("3", "tanh,relu", ["tanh", "relu", None]),
        ("3", "tanh,relu,sigmoid", ["tanh", "relu", "sigmoid"]),
        ("2", "tanh,softplus", ["tanh", "softplus"]),
        ("1", "tanh", [None]),
    ],
)
def test_activation_of_each_layer(layers, activation, each):
    options = PageOptions.parse(layers=layers, activation=activation)
    assert [options.activation_of(layer) for layer in range(1, int(layers) + 1)] == each


def test_output_activation():
    options = PageOptions.parse(layers="3", activation="tanh,relu", output_activation="identity")
    assert options.activation_of(3) == "identity"


def test_symbolic_depth():
    options = PageOptions.parse(layers="L", activation="tanh")
    assert (options.activation_of(1), options.activation_of(900)) == ("tanh", "tanh")
