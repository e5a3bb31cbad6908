"""A residual block: what two layers compute is added to their input."""

import derive
from derive.functions import loss, relu

x, y = derive.tensor("x", "D"), derive.tensor("y", "D")
W_1, b_1 = derive.tensor("W_1", "H", "D"), derive.tensor("b_1", "H")
W_2, b_2 = derive.tensor("W_2", "D", "H"), derive.tensor("b_2", "D")

net = derive.Model()
net.z = W_1 @ x + b_1
net.a = relu(net.z)
net.h = x + W_2 @ net.a + b_2
net.L = loss("mse", net.h, y)

wrt = [x, W_1, b_1, W_2, b_2]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="A residual block"))
