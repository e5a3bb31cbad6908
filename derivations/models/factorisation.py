"""A factorisation machine: pairs of features have inner products of rows as weights, here without a sum over pairs."""

import derive
from derive.functions import exp, log

x, w, w_0 = derive.tensor("x", "n"), derive.tensor("w", "n"), derive.tensor("w_0")
V, y = derive.tensor("V", "n", "k"), derive.tensor("y", properties=["sign"])

net = derive.Model()
net.yhat = w_0 + w @ x + (((V.T @ x) ** 2).sum() - ((V.T**2) @ x**2).sum()) / 2
net.ell = log(1 + exp(-y * net.yhat))

wrt = [V, w, w_0, x]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="A factorisation machine"))
