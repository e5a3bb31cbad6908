"""One step of a gated recurrent unit, and the squared error of a linear read-out."""

import derive
from derive.functions import loss, sigmoid, tanh

x, h_0, y = derive.tensor("x", "D"), derive.tensor("h_0", "H"), derive.tensor("y", "K")
W_z, W_r, W_c = (derive.tensor(f"W_{gate}", "H", "D") for gate in "zrc")
U_z, U_r, U_c = (derive.tensor(f"U_{gate}", "H", "H") for gate in "zrc")
b_z, b_r, b_c = (derive.tensor(f"b_{gate}", "H") for gate in "zrc")
V = derive.tensor("V", "K", "H")

net = derive.Model()
net.z = sigmoid(W_z @ x + U_z @ h_0 + b_z)
net.r = sigmoid(W_r @ x + U_r @ h_0 + b_r)
net.c = tanh(W_c @ x + U_c @ (net.r * h_0) + b_c)
net.h = (1 - net.z) * h_0 + net.z * net.c
net.L = loss("mse", V @ net.h, y)

wrt = [W_z, U_z, b_z, W_r, U_r, b_r, W_c, U_c, b_c, V, h_0]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="A gated recurrent unit"))
