"""One head of scaled dot-product attention: rows of X are tokens."""

import derive
from derive.functions import softmax, sqrt

X, Y = derive.tensor("X", "T", "D"), derive.tensor("Y", "T", "M")
W_Q, W_K = derive.tensor("W_Q", "D", "H"), derive.tensor("W_K", "D", "H")
W_V = derive.tensor("W_V", "D", "M")

net = derive.Model()
net.Q = X @ W_Q
net.K = X @ W_K
net.V = X @ W_V
net.S = net.Q @ net.K.T / sqrt(W_Q.shape[1])
net.A = softmax(net.S)
net.O = net.A @ net.V
net.L = ((net.O - Y) ** 2).sum() / 2

wrt = [X, W_Q, W_K, W_V]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="Attention"))
