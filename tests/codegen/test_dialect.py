"""NumPy code in the words of the other libraries."""

from __future__ import annotations

import ast

import pytest

from codegen.cases import every_backend, usable
from derive.codegen.backends import BACKENDS
from derive.codegen.dialect import translate
from derive.codegen.helpers import HELPERS
from derive.codegen.layout import expression
from derive.errors import DeriveError, OptionError

ROWS = [
    ("np.max(z, axis=-1, keepdims=True)", "jnp.max(z, axis=-1, keepdims=True)", "torch.amax(z, dim=-1, keepdim=True)"),
    ("np.maximum(z, 0)", "jnp.maximum(z, 0)", "torch.clamp(z, min=0)"),
    ("np.maximum(0, 1 - z)", "jnp.maximum(0, 1 - z)", "torch.clamp(1 - z, min=0)"),
    ("np.minimum(a, b)", "jnp.minimum(a, b)", "torch.minimum(a, b)"),
    ("np.sum(np.exp(z), axis=0)", "jnp.sum(jnp.exp(z), axis=0)", "torch.sum(torch.exp(z), dim=0)"),
    ("np.eye(x.shape[0])", "jnp.eye(x.shape[0], dtype=x.dtype)",
     "torch.eye(x.shape[0], dtype=x.dtype, device=x.device)"),
    ("(z > 0).astype(z.dtype)", "(z > 0).astype(z.dtype)", "(z > 0).to(z.dtype)"),
    ("x.transpose(1, 0, 2)", "x.transpose(1, 0, 2)", "x.permute(1, 0, 2)"),
    ("np.multiply.outer(a, b)", "jnp.multiply.outer(a, b)", "torch.tensordot(a, b, dims=0)"),
    ("np.linalg.norm(x)", "jnp.linalg.norm(x)", "torch.linalg.norm(x)"),
    ("np.sqrt(2) * z / np.sqrt(np.pi)", "math.sqrt(2) * z / math.sqrt(math.pi)",
     "math.sqrt(2) * z / math.sqrt(math.pi)"),
    ("np.sqrt(x.shape[0]) * np.sqrt(x)", "math.sqrt(x.shape[0]) * jnp.sqrt(x)",
     "math.sqrt(x.shape[0]) * torch.sqrt(x)"),
    ("np.logaddexp(0, -z)", "softplus(-z)", "softplus(-z)"),
    ("np.logaddexp(a, b)", "jnp.logaddexp(a, b)", "torch.logaddexp(a, b)"),
    ("np.heaviside(z, 0.0)", "heaviside(z)", "heaviside(z)"),
    ("np.logaddexp.reduce(z, axis=-1)", "logsumexp(z)", "logsumexp(z)"),
    ("np.logaddexp.reduce(z, axis=-1, keepdims=True)", "logsumexp(z, keepdims=True)", "logsumexp(z, keepdims=True)"),
    ("np.vectorize(__import__('math').erf)(z)", "erf(z)", "erf(z)"),
]  # fmt: skip


def said(text: str, name: str) -> str:
    tree, _ = translate(text, BACKENDS[name], "x")
    return expression(tree.body[0].value)


@pytest.mark.parametrize(("numpy", "jax", "torch"), ROWS)
def test_rows(numpy, jax, torch):
    assert (said(numpy, "jax"), said(numpy, "torch")) == (jax, torch)


def test_what_is_used_is_told():
    assert translate("softplus(z) + np.sqrt(2)", BACKENDS["numpy"])[1] == {"softplus", "math"}


def test_a_new_array_needs_an_argument():
    with pytest.raises(DeriveError, match="none whose type a new array could take"):
        translate("np.eye(3)", BACKENDS["numpy"])


@every_backend
def test_the_library_has_every_function_of_the_helpers(name):
    row = usable(name)
    library = row.stand_in() or row.load()
    for helper in HELPERS.values():
        for node in ast.walk(translate(helper.source, row)[0]):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == row.alias:
                assert hasattr(library, node.attr), node.attr


def test_a_library_that_is_missing_says_what_to_install(monkeypatch):
    from derive.codegen import backends

    monkeypatch.setattr(backends, "find_spec", lambda name: None)
    with pytest.raises(OptionError, match=r'torch is not installed\. Try: pip install "derivecheck\[torch\]"'):
        BACKENDS["torch"].load()
