"""A contrastive loss: each of two views of a sample is to find the other one among the views of all samples."""

import derive
from derive.functions import diag, log, softmax

X, Y = derive.tensor("X", "N", "D"), derive.tensor("Y", "N", "D")
W, tau = derive.tensor("W", "D", "K"), derive.tensor("tau", properties=["positive"])

net = derive.Model()
net.A = X @ W
net.B = Y @ W
net.S = net.A @ net.B.T / tau
net.L = -log(diag(softmax(net.S))).mean()

wrt = [W, X, tau]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="A contrastive loss"))
