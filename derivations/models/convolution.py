"""One-dimensional convolution, stride 1, no padding: T[i, l, j] is one where j = i + l, so rows of P are windows."""

import derive
from derive.functions import loss, tanh

x, y = derive.tensor("x", "n"), derive.tensor("y", "m")
w, b = derive.tensor("w", "k"), derive.scalar("b")
T = derive.tensor("T", "m", "k", "n", properties=["binary"])

net = derive.Model()
net.P = T @ x
net.z = net.P @ w + b
net.h = tanh(net.z)
net.L = loss("mse", net.h, y)

wrt = [w, b, x]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="One-dimensional convolution"))
