"""Optimisers: a row states the equations of one step, for one entry of a parameter; the code is generated from them.

theta is the parameter, g its gradient, eta the learning rate, t the number of the step, counted from 1. What an
optimiser remembers from step to step is zero at first; `m_next` is the value of `m` for the next step. Constants have
the defaults of PyTorch, so that a run can be compared with `torch.optim`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, sqrt

from derive.expr import Let, Program, Tensor, tensors


def _scalar(name: str) -> Expr:
    return Tensor(name)()


THETA, GRADIENT, RATE = (Tensor(name) for name in ("theta", "g", "eta"))
STEP = Tensor("t", (), None, ("integer", "positive"))
NEXT = "_next"

theta, g, eta, t = THETA(), GRADIENT(), RATE(), STEP()
mu, rho, beta_1, beta_2 = (Tensor(name, (), None, ("unit_interval",))() for name in ("mu", "rho", "beta_1", "beta_2"))
epsilon, omega = (Tensor(name, (), None, ("positive",))() for name in ("epsilon", "omega"))
m, v, s, u, d = map(_scalar, ("m", "v", "s", "u", "d"))


@dataclass(frozen=True)
class Optimizer:
    """One update rule.

    rows: (name, right side) in order of evaluation. `m_next` replaces the state `m`, `theta_next` the parameter; other
    names are intermediate results. constants: the hyperparameters and their defaults. rate: the default of eta. idea:
    a sentence for the page.
    """

    name: str
    title: str
    rows: tuple[tuple[str, Expr], ...]
    rate: float
    constants: tuple[tuple[str, float], ...] = ()
    source: str = ""
    idea: str = ""

    @cached_property
    def program(self) -> Program:
        """The step as a program: a name that is defined twice, or used before it is, is an error."""
        return Program(tuple(Let(_scalar(name), rhs) for name, rhs in self.rows))

    @cached_property
    def state(self) -> tuple[str, ...]:
        """What is kept from one step to the next, in the order of the rows."""
        return tuple(name.removesuffix(NEXT) for name, _ in self.rows if name.endswith(NEXT) and name != _THETA_NEXT)

    @cached_property
    def counts_steps(self) -> bool:
        """Whether the rule depends on the number of the step."""
        return any(STEP in tensors(rhs) for _, rhs in self.rows)


_THETA_NEXT = THETA.name + NEXT


def _next(name: str) -> Expr:
    """The new value of a state, within the same step."""
    return _scalar(name + NEXT)


def _averaged(name: str, decay: Expr, value: Expr) -> tuple[str, Expr]:
    """An exponential moving average."""
    return name + NEXT, decay * _scalar(name) + (1 - decay) * value


def _moments() -> tuple[tuple[str, Expr], ...]:
    """Both moments of Adam, and what they are without the bias of having started at zero."""
    return (
        _averaged("m", beta_1, g),
        _averaged("v", beta_2, g**2),
        ("mhat", _next("m") / (1 - beta_1**t)),
        ("vhat", _next("v") / (1 - beta_2**t)),
    )


_ADAM_STEP = eta * _scalar("mhat") / (sqrt(_scalar("vhat")) + epsilon)
_ADAM = (("beta_1", 0.9), ("beta_2", 0.999), ("epsilon", 1e-8))

_ROWS = (
    Optimizer(
        "gd",
        "gradient descent",
        ((_THETA_NEXT, theta - eta * g),),
        rate=0.5,
        idea="Each step uses the gradient of the whole cost.",
    ),
    Optimizer(
        "sgd",
        "stochastic gradient descent",
        ((_THETA_NEXT, theta - eta * g),),
        rate=0.1,
        idea="The gradient is that of a batch of samples, drawn anew for each step.",
    ),
    Optimizer(
        "momentum",
        "gradient descent with momentum",
        (("v_next", mu * v + g), (_THETA_NEXT, theta - eta * _next("v"))),
        rate=0.05,
        constants=(("mu", 0.9),),
        source="Polyak 1964",
        idea=(
            "A sum of all gradients so far, in which older ones count less: what points the same way adds up, "
            "what changes its sign cancels."
        ),
    ),
    Optimizer(
        "nesterov",
        "Nesterov's accelerated gradient",
        (("v_next", mu * v + g), (_THETA_NEXT, theta - eta * (g + mu * _next("v")))),
        rate=0.05,
        constants=(("mu", 0.9),),
        source="Nesterov 1983, in the form of Sutskever et al. 2013",
        idea=(
            "Momentum that looks one step ahead: the gradient counts as if the sum had been updated with it once more."
        ),
    ),
    Optimizer(
        "adagrad",
        "Adagrad",
        (("s_next", s + g**2), (_THETA_NEXT, theta - eta * g / (sqrt(_next("s")) + epsilon))),
        rate=0.1,
        constants=(("epsilon", 1e-10),),
        source="Duchi, Hazan and Singer 2011",
        idea="Each entry has a rate of its own, which falls as its squared gradients add up.",
    ),
    Optimizer(
        "adadelta",
        "Adadelta",
        (
            _averaged("s", rho, g**2),
            ("d", sqrt(u + epsilon) / sqrt(_next("s") + epsilon) * g),
            _averaged("u", rho, d**2),
            (_THETA_NEXT, theta - eta * d),
        ),
        rate=1.0,
        constants=(("rho", 0.9), ("epsilon", 1e-6)),
        source="Zeiler 2012",
        idea="Each entry has a rate of its own: the size of its recent changes over that of its recent gradients.",
    ),
    Optimizer(
        "rmsprop",
        "RMSprop",
        (_averaged("s", rho, g**2), (_THETA_NEXT, theta - eta * g / (sqrt(_next("s")) + epsilon))),
        rate=0.01,
        constants=(("rho", 0.99), ("epsilon", 1e-8)),
        source="Tieleman and Hinton 2012",
        idea="Each gradient is divided by its recent size: a running mean of squares, where Adagrad has their sum.",
    ),
    Optimizer(
        "adam",
        "Adam",
        (*_moments(), (_THETA_NEXT, theta - _ADAM_STEP)),
        rate=0.01,
        constants=_ADAM,
        source="Kingma and Ba 2015",
        idea=(
            "A running mean of the gradients over the root of one of their squares, both corrected for having "
            "started at zero."
        ),
    ),
    Optimizer(
        "adamw",
        "Adam with decoupled weight decay",
        (*_moments(), (_THETA_NEXT, theta - eta * omega * theta - _ADAM_STEP)),
        rate=0.01,
        constants=(*_ADAM, ("omega", 0.01)),
        source="Loshchilov and Hutter 2019",
        idea=(
            "Adam, with a decay of the weights beside the step: unlike a penalty in the cost, it is not divided "
            "by any root."
        ),
    ),
)

OPTIMIZERS = {row.name: row for row in _ROWS}
