"""Formulas whose graphs are swept: (formula, declarations, values)."""

from __future__ import annotations

SIGMOID = ("sigmoid(w0*x0 + w1*x1 + w2)", "", "w0=2, x0=-1, w1=-3, x1=-2, w2=-3")
PRODUCT = ("(x + y)*z", "", "x=-2, y=5, z=-4")
MAXIMA = ("maximum(x*y, z) + 2*maximum(z, w)", "", "x=3, y=-4, z=2, w=-1")
SHARED = ("x*x + 2*x - maximum(x, y)/3 + exp(x)*y", "", "x=1/3, y=0.5")
CASES = ("where(a > b, a*b, b)*c", "", "a=1, b=2, c=3")
NETWORK = (
    "sum((maximum(0, x@w1 + b)@w2 - t)**2)/N",
    "x: N,D; w1: D,H; w2: H,C; t: N,C; b: H",
    "x=[[1, 2], [0, -1], [3, 1]], w1=[[1, 0], [0.5, -1]], b=[0, 0.1], w2=[[1], [2]], t=[[1], [0], [2]]",
)
LINEAR = ("x@w", "x: N,D; w: D,M", "x=[[1, 2], [3, 4]], w=[[1], [2]], grad_y=[[1], [-1]]")
SOFTMAX = ("softmax(W@x)@t", "W: K,n; x: n; t: K", "W=[[1, 0], [0, 1], [1, 1]], x=[1, 2], t=[0, 1, 0]")
LARGE = ("maximum(0, x)", "x: 4096", "")
BROADCAST = ("x/sum(x, axis=1, keepdims=True) + u", "x: N,K; u: K", "")
TRANSPOSE = ("trace(A@A.T) + A[0, 1]", "A: n,m", "A=[[1, 2], [3, 4]]")
UNITS = ("(x@w)[:, 0]*y + sum(w)", "x: N,D; w: D,1; y: N", "")
DEAD = ("minimum(2 + x, x)*tanh(y)", "", "x=1, y=-2")

ALL = (SIGMOID, PRODUCT, MAXIMA, SHARED, CASES, NETWORK, LINEAR, SOFTMAX, LARGE, BROADCAST, TRANSPOSE, UNITS, DEAD)
AT_A_POINT = tuple(case for case in ALL if case[2])
