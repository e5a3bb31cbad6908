"""Plans of the models of the catalogue: forward lets, adjoints and gradients as reverse mode derives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sympy import Expr, Integer

from derive.calculus import Adjoint
from derive.catalogue.activations import ACTIVATIONS
from derive.catalogue.backpropagation import Backpropagation
from derive.catalogue.losses import LOSSES
from derive.catalogue.model import network, read_activation, read_loss
from derive.catalogue.network import Network
from derive.catalogue.options import PageOptions
from derive.catalogue.regression import Regression
from derive.codegen.kinks import subgradient
from derive.codegen.names import Names
from derive.codegen.plan import Plan, statement
from derive.codegen.stable import meanings_of, stabilised
from derive.errors import OptionError
from derive.expr import Index, Let, Tensor

Model = Network | Regression
Result = tuple[Tensor, Expr, tuple[Index, ...]]


def model(page: str, options: PageOptions) -> Model:
    """The model of a page: rows are samples, unless the options ask for one sample."""
    single = options.form == "sample"
    if page not in MODELS:
        raise OptionError(f"code: expected a model, one of {', '.join(MODELS)}; found {page[:60]!r}")
    return MODELS[page](options, single)


def _mlp(options: PageOptions, single: bool) -> Network:
    if not isinstance(options.layers, int):
        raise OptionError(f"--layers {options.layers}: code needs a number of layers. Try: --layers 3")
    return network(options, batch=not single)


def _neuron(options: PageOptions, single: bool) -> Regression:
    activation = read_activation(options.hidden[0], "--activation")
    if activation.function is None:
        raise OptionError("--activation: softmax of one neuron is 1. Try: derive code softmax")
    return Regression(activation, read_loss(options.loss or "bce"), l2=options.l2, single=single, has_bias=options.bias)


def _regression(link: str, loss: str, *, classes: bool = False) -> Callable[[PageOptions, bool], Regression]:
    def model(o: PageOptions, single: bool) -> Regression:
        return Regression(ACTIVATIONS[link], LOSSES[loss], classes, l2=o.l2, single=single, has_bias=o.bias)

    return model


MODELS = {
    "mlp": _mlp,
    "linear": _regression("identity", "mse"),
    "logistic": _regression("sigmoid", "bce"),
    "softmax": _regression("softmax", "ce", classes=True),
    "svm": _regression("identity", "svm", classes=True),
    "neuron": _neuron,
}


def plan(of: Model) -> Plan:
    """The statements of a model, rewritten to be accurate."""
    found = _of_network(of) if isinstance(of, Network) else _of_regression(of)
    plan = stabilised(found)
    meanings = meanings_of(plan.forward)
    return replace(plan, backward=tuple(subgradient(s, meanings) for s in plan.backward))


def _of_network(net: Network) -> Plan:
    found = Backpropagation(net).found
    layers = [Integer(m) for m in range(1, int(net.depth) + 1)]
    parameters = tuple(t for t, _ in net.all_parameters())
    inputs = net.a(Integer(0))
    title = f"Multilayer perceptron, {net.depth} weight layer{'s' if net.depth > 1 else ''}"
    backward: list[Result] = []
    for m in reversed(layers):
        named = ((u, net.adjoint_name(u)) for u in (net.a(m), *net.inside(m)))
        own = ((t, gradient_of(t)) for t, _ in net.parameters(m) if t.layer is not None)
        backward += [_result(found[u], name) for u, name in (*named, *own) if name is not None]
    backward += [_result(found[t], gradient_of(t)) for t in parameters if t.layer is None]  # what layers share
    names = {inputs: Tensor("X" if net.batch else "x", inputs.dims)}
    return _assembled(title, net.program().lets, backward, parameters, inputs, net.target, net.l2, names)


def _result(a: Adjoint, name: Tensor) -> Result:
    return name, a.value, a.of.indices


def _of_regression(model: Regression) -> Plan:
    found = model.reverse.adjoints
    parameters = model.parameters
    score = found[model.score]
    backward: list[Result] = [(score.name.tensor, score.value, model.at)]  # type: ignore[union-attr]
    backward += [(gradient_of(t), found[t].value, model.places(t)) for t in parameters]
    title = _TITLES.get((model.link.name, model.loss.name), "One neuron")
    second = None
    if title != "One neuron" and not model.classes:
        hessian = model.hessian()
        second = (Tensor("H", tuple(i.dim for i in hessian.out)), hessian.result, hessian.out)
    return _assembled(title, model.program.lets, backward, parameters, model.inputs, model.target, model.l2, {}, second)


_TITLES = {
    ("identity", "mse"): "Linear regression",
    ("sigmoid", "bce"): "Logistic regression",
    ("softmax", "ce"): "Softmax regression",
    ("identity", "svm"): "Linear support vector machine",
}


def gradient_of(t: Tensor) -> Tensor:
    """The name of the gradient in a parameter: dW2 for W2."""
    return Tensor(f"d{t.name}", t.dims, t.layer)


def _assembled(
    title: str,
    lets: tuple[Let, ...],
    backward: Iterable[Result],
    parameters: tuple[Tensor, ...],
    inputs: Tensor,
    target: Tensor,
    l2: str | None,
    renamed: dict[Tensor, Tensor],
    second: Result | None = None,
) -> Plan:
    factors = () if l2 is None else (Tensor(l2, (), None, ("positive",)),)
    results = (*backward, *(() if second is None else (second,)))
    defined = [*(let.tensor for let in lets), *(t for t, _, _ in results)]
    names = Names([*parameters, inputs, target, *defined, *factors], renamed)
    *forward, loss = (statement(*names.result(let.tensor, let.rhs, let.target.indices)) for let in lets)
    back = [statement(*names.result(*r)) for r in results]
    last = None if second is None else back.pop()
    wanted = {gradient_of(t): n for n, t in enumerate(parameters)}
    gradients = sorted((t for t, _, _ in results if t in wanted), key=lambda t: wanted[t])
    return Plan(
        title,
        names.all(parameters),
        names[inputs],
        names[target],
        names.all(factors),
        tuple(forward),
        loss,
        tuple(back),
        names.all(gradients),
        last,
    )
